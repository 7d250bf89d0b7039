#include "workbench/traffic/curl.h"

#include <algorithm>
#include <array>

#include "slipway/base/base64.h"
#include "slipway/context/headers.h"

namespace workbench::traffic {
namespace {

using slipway::Result;
using slipway::Status;
using slipway::context::same_name;

slipway::Error invalid(const std::string& what, const char* reason = "CURL_INVALID") { return slipway::bad_request("cURL: " + what, reason); }

std::string url_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

// Long names of the flags we know, with their short form.
struct Flag {
  char letter;
  std::string_view name;
  bool takes_value;
};
constexpr std::array kFlags = {
    Flag{'X', "request", true},        Flag{'H', "header", true},       Flag{'d', "data", true},
    Flag{0, "data-ascii", true},       Flag{0, "data-raw", true},       Flag{0, "data-binary", true},
    Flag{0, "data-urlencode", true},   Flag{0, "json", true},           Flag{'F', "form", true},
    Flag{0, "form-string", true},      Flag{'u', "user", true},         Flag{'b', "cookie", true},
    Flag{'A', "user-agent", true},     Flag{'e', "referer", true},      Flag{0, "oauth2-bearer", true},
    Flag{0, "url", true},              Flag{'G', "get", false},         Flag{'I', "head", false},
    // change nothing about the request as it is saved
    Flag{'k', "insecure", false},      Flag{'L', "location", false},    Flag{0, "compressed", false},
    Flag{'s', "silent", false},        Flag{'S', "show-error", false},  Flag{'v', "verbose", false},
    Flag{'i', "include", false},       Flag{'f', "fail", false},        Flag{'g', "globoff", false},
    Flag{0, "http1.1", false},         Flag{0, "http2", false},         Flag{'0', "http1.0", false},
    Flag{'N', "no-buffer", false},     Flag{'#', "progress-bar", false}, Flag{0, "fail-with-body", false},
    Flag{0, "path-as-is", false},      Flag{0, "no-progress-meter", false}, Flag{'4', "ipv4", false},
    Flag{'6', "ipv6", false},          Flag{'o', "output", true},       Flag{'w', "write-out", true},
    Flag{'m', "max-time", true},       Flag{0, "connect-timeout", true}, Flag{0, "retry", true},
    Flag{'x', "proxy", true},          Flag{'E', "cert", true},         Flag{0, "cacert", true},
    Flag{0, "resolve", true},          Flag{'c', "cookie-jar", true},   Flag{'D', "dump-header", true}};

class Import {
 public:
  Result<SavedRequest> run(const std::vector<std::string>& words) {
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (word.size() < 2 || word[0] != '-' || word == "--") {
        if (word != "--") address(word);
        continue;
      }
      const Status taken = word[1] == '-' ? take_long(words, i) : take_short(words, i);
      if (!taken) return taken.error();
    }
    return finish();
  }

 private:
  Status take_long(const std::vector<std::string>& words, std::size_t& i) {
    std::string name = words[i].substr(2);
    std::optional<std::string> value;
    if (const auto equals = name.find('='); equals != std::string::npos) {  // not curl's form, but people write it
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const auto flag = std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& f) { return f.name == name; });
    if (flag == kFlags.end()) return unknown(words[i]);
    if (flag->takes_value && !value) {
      if (i + 1 >= words.size()) return invalid(words[i] + " needs a value");
      value = words[++i];
    }
    return apply(flag->name, value.value_or(""));
  }

  // -sSL, -XPOST, -H 'a: b'
  Status take_short(const std::vector<std::string>& words, std::size_t& i) {
    const std::string word = words[i];
    for (std::size_t at = 1; at < word.size(); ++at) {
      const auto flag = std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& f) { return f.letter == word[at]; });
      if (flag == kFlags.end()) return unknown(std::string("-") + word[at]);
      if (!flag->takes_value) {
        if (auto s = apply(flag->name, ""); !s) return s;
        continue;
      }
      std::string value = word.substr(at + 1);
      if (value.empty()) {
        if (i + 1 >= words.size()) return invalid(std::string("-") + word[at] + " needs a value");
        value = words[++i];
      }
      return apply(flag->name, value);
    }
    return {};
  }

  static Status unknown(const std::string& flag) {
    return invalid(flag + " is not understood; remove it and import again", "CURL_FLAG_UNKNOWN");
  }

  Status apply(std::string_view flag, const std::string& value) {
    if (flag == "request") {
      method_ = value;
    } else if (flag == "header") {
      header(value);
    } else if (flag == "data" || flag == "data-ascii" || flag == "data-binary" || flag == "data-raw") {
      if (value.starts_with('@') && flag != "data-raw") return file(value);
      add_data(value);
    } else if (flag == "data-urlencode") {
      return urlencoded(value);
    } else if (flag == "json") {
      if (value.starts_with('@')) return file(value);
      json_ = true;
      body_ += value;
      has_body_ = true;
    } else if (flag == "form" || flag == "form-string") {
      const auto equals = value.find('=');
      if (equals == std::string::npos) return invalid("-F " + value + " is not name=value");
      if (flag == "form" && equals + 1 < value.size() && (value[equals + 1] == '@' || value[equals + 1] == '<'))
        return file(value.substr(equals + 1));
      form_.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else if (flag == "user") {
      set("Authorization", "Basic " + slipway::base64(value.find(':') == std::string::npos ? value + ":" : value));
    } else if (flag == "oauth2-bearer") {
      set("Authorization", "Bearer " + value);
    } else if (flag == "cookie") {
      if (value.find('=') == std::string::npos) return file("@" + value);
      set("Cookie", value);
    } else if (flag == "user-agent") {
      set("User-Agent", value);
    } else if (flag == "referer") {
      set("Referer", value);
    } else if (flag == "url") {
      address(value);
    } else if (flag == "get") {
      get_ = true;
    } else if (flag == "head") {
      head_ = true;
    }
    return {};
  }

  static Status file(const std::string& name) {
    return invalid(name + ": files are not read; paste the text in its place", "CURL_FILE");
  }

  void address(const std::string& url) {
    if (request_.url.empty()) request_.url = url.find("://") == std::string::npos && !url.starts_with("{{") ? "http://" + url : url;
  }

  void header(const std::string& line) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) {
      if (line.ends_with(';')) set(line.substr(0, line.size() - 1), "");  // curl's way to send an empty one
      return;
    }
    const std::string value(trim(std::string_view(line).substr(colon + 1)));
    if (!value.empty()) request_.headers.emplace_back(trim(line.substr(0, colon)), value);
  }

  void set(const std::string& name, const std::string& value) { request_.headers.emplace_back(name, value); }
  bool has(std::string_view name) const {
    return std::any_of(request_.headers.begin(), request_.headers.end(), [&](const auto& h) { return same_name(h.first, name); });
  }

  void add_data(const std::string& text) {
    if (has_body_) body_ += '&';
    body_ += text;
    has_body_ = true;
  }

  Status urlencoded(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
      if (text.find('@') != std::string::npos) return file(text);
      add_data(url_encode(text));
    } else {
      add_data(text.substr(0, equals) + (equals ? "=" : "") + url_encode(text.substr(equals + 1)));
    }
    return {};
  }

  Result<SavedRequest> finish() {
    if (request_.url.empty()) return invalid("no URL in the command");
    if (!form_.empty()) {
      const std::string boundary = "----slipway-form";
      for (const auto& [name, value] : form_)
        body_ += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
      body_ += "--" + boundary + "--\r\n";
      has_body_ = true;
      if (!has("content-type")) set("Content-Type", "multipart/form-data; boundary=" + boundary);
    }
    if (get_) {
      if (has_body_) request_.url += (request_.url.find('?') == std::string::npos ? "?" : "&") + body_;
      body_.clear();
      has_body_ = false;
    }
    if (json_) {
      if (!has("content-type")) set("Content-Type", "application/json");
      if (!has("accept")) set("Accept", "application/json");
    } else if (has_body_ && !has("content-type")) {
      set("Content-Type", "application/x-www-form-urlencoded");
    }
    request_.method = !method_.empty() ? method_ : head_ ? "HEAD" : has_body_ ? "POST" : "GET";
    request_.body = std::move(body_);
    return std::move(request_);
  }

  SavedRequest request_;
  std::string method_, body_;
  Pairs form_;
  bool has_body_ = false, json_ = false, get_ = false, head_ = false;
};

Result<SavedRequest> import_grpcurl(const std::vector<std::string>& words) {
  SavedRequest request;
  request.method = "GRPC";
  std::vector<std::string> rest;
  for (std::size_t i = 1; i < words.size(); ++i) {
    std::string flag = words[i];
    if (!flag.starts_with('-')) {
      rest.push_back(flag);
      continue;
    }
    flag.erase(0, flag.starts_with("--") ? 2 : 1);
    if (flag == "plaintext" || flag == "insecure" || flag == "v" || flag == "vv" || flag == "emit-defaults") continue;
    if (i + 1 >= words.size()) return invalid(words[i] + " needs a value");
    const std::string& value = words[++i];
    if (flag == "d") {
      if (value == "@") return invalid("-d @ reads standard input; paste the text in its place", "CURL_FILE");
      request.body = value;
    } else if (flag == "H" || flag == "rpc-header") {
      const auto colon = value.find(':');
      if (colon == std::string::npos) return invalid("-H " + value + " is not name: value");
      request.headers.emplace_back(trim(value.substr(0, colon)), trim(std::string_view(value).substr(colon + 1)));
    } else if (flag != "proto" && flag != "import-path" && flag != "protoset" && flag != "max-time" && flag != "authority") {
      return invalid(words[i - 1] + " is not understood; remove it and import again", "CURL_FLAG_UNKNOWN");
    }
  }
  if (rest.size() != 2) return invalid("grpcurl needs an address and a method: grpcurl -plaintext 127.0.0.1:9082 pkg.Service/Method");
  std::string method = rest[1];
  if (const auto dot = method.rfind('.'); method.find('/') == std::string::npos && dot != std::string::npos) method[dot] = '/';
  request.url = "grpc://" + rest[0] + "/" + method;
  return request;
}

std::string lines(const std::vector<std::string>& parts, Shell shell) {
  const char* on = shell == Shell::Bash ? " \\\n  " : shell == Shell::Cmd ? " ^\n  " : " `\n  ";
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : on) + part;
  return out;
}

}  // namespace

Result<SavedRequest> import_curl(std::string_view text) {
  auto words = split_command(text, shell_of(text));
  if (!words) return words.error();
  if (!words->empty() && (*words)[0] == "$") words->erase(words->begin());
  const std::string program = words->empty() ? "" : (*words)[0];
  if (program == "grpcurl") return import_grpcurl(*words);
  if (program != "curl" && program != "curl.exe") return invalid("the text does not begin with curl or grpcurl");
  return Import().run(*words);
}

std::string copy_as_command(const SavedRequest& request, Shell shell) {
  const auto quoted = [&](const std::string& text) { return quote_argument(text, shell); };
  std::vector<std::string> parts;
  if (request.method == "GRPC") {
    std::string url = request.url;
    if (url.starts_with("grpc://")) url.erase(0, 7);
    const auto slash = url.find('/');
    parts.push_back("grpcurl -plaintext");
    for (const auto& [name, value] : request.headers) parts.push_back("-H " + quoted(name + ": " + value));
    if (!request.body.empty()) parts.push_back("-d " + quoted(request.body));
    parts.push_back(quoted(url.substr(0, slash)) + " " + quoted(slash == std::string::npos ? "" : url.substr(slash + 1)));
    return lines(parts, shell);
  }
  const bool has_body = !request.body.empty();
  std::string first = shell == Shell::PowerShell ? "curl.exe" : "curl";
  if (request.method == "HEAD" && !has_body)
    first += " -I";
  else if (request.method != (has_body ? "POST" : "GET"))
    first += " -X " + quoted(request.method);
  parts.push_back(first + " " + quoted(request.url));
  bool typed = false;
  for (const auto& [name, value] : request.headers) {
    if (same_name(name, "content-length")) continue;
    typed = typed || same_name(name, "content-type");
    parts.push_back("-H " + quoted(value.empty() ? name + ";" : name + ": " + value));
  }
  if (has_body && !typed && (request.body[0] == '{' || request.body[0] == '['))
    parts.push_back("-H " + quoted("Content-Type: application/json"));
  if (has_body) parts.push_back("--data-raw " + quoted(request.body));
  return lines(parts, shell);
}

}  // namespace workbench::traffic
