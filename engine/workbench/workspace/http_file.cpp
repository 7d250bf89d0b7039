#include "workbench/workspace/http_file.h"

#include <algorithm>
#include <filesystem>

#include "slipway/config/atomic_file.h"

namespace workbench::workspace {

namespace fs = std::filesystem;
using traffic::SavedRequest;

namespace {

std::string_view trim(std::string_view s) {
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
  while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
  return s;
}

struct Line {
  std::string_view text;   // without its end
  std::size_t from, to;    // offsets in the file, end of line included
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t n = text.find('\n', at);
    const std::size_t to = n == std::string_view::npos ? text.size() : n + 1;
    std::string_view line = text.substr(at, to - at);
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    out.push_back({line, at, to});
    at = to;
  }
  return out;
}

bool is_comment(std::string_view line) { return line.starts_with('#') || line.starts_with("//"); }

// "name x" of "# @name x".
std::string_view directive(std::string_view line) {
  line = trim(line.substr(line.starts_with("//") ? 2 : 1));
  return line.starts_with('@') ? line.substr(1) : std::string_view();
}

bool is_method(std::string_view word) {
  return !word.empty() && word.size() <= 16 && std::all_of(word.begin(), word.end(), [](char c) { return std::isupper(static_cast<unsigned char>(c)) || c == '-'; });
}

// What one `###` section of a file holds, with its lines sorted by what they are.
struct Block {
  std::size_t from = 0, to = 0;          // offsets
  std::string separator;                 // "### create", "" for the first one
  std::string title, name;               // of the separator; of @name
  std::vector<std::string> kept;         // comments and variables before the request line, as written
  std::vector<std::string> scripts;      // what follows the body
  std::vector<std::pair<std::string, std::string>> variables;
  std::string version;                   // " HTTP/1.1" as written
  SavedRequest request;
  bool has_request = false;
  int line = 0;                          // of the request line
  std::string problem;
  int problem_line = 0;

  std::string key() const { return !name.empty() ? name : title; }
};

void read_request_line(std::string_view text, Block& b) {
  text = trim(text);
  const std::size_t space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  if (space != std::string_view::npos && is_method(word)) {
    b.request.method = word;
    text = trim(text.substr(space));
  } else if (is_method(word) && word != "GET" && word.find('/') == std::string_view::npos && space == std::string_view::npos) {
    b.request.method = word;
    text = {};
  } else if (space != std::string_view::npos && !text.starts_with("http") && !text.starts_with("{{") && !text.starts_with('/')) {
    b.problem = "\"" + std::string(word) + "\" is not a method (write GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or GRPC and a URL)";
    return;
  }
  b.request.url = text;
  if (b.request.url.empty()) b.problem = "a request needs a URL (" + b.request.method + " {{service}}/path)";
}

Block read_block(const std::vector<Line>& lines, std::size_t first, std::size_t last) {
  Block b;
  b.from = lines[first].from;
  b.to = lines[last - 1].to;
  std::size_t i = first;
  if (lines[i].text.starts_with("###")) {
    b.separator = lines[i].text;
    b.title = trim(lines[i].text.substr(lines[i].text.find_first_not_of('#') == std::string_view::npos ? lines[i].text.size() : lines[i].text.find_first_not_of('#')));
    ++i;
  }
  // Up to the request line.
  for (; i < last; ++i) {
    const std::string_view text = trim(lines[i].text);
    if (text.empty()) {
      if (!b.kept.empty()) b.kept.emplace_back();
      continue;
    }
    if (is_comment(text)) {
      const std::string_view d = directive(text);
      if (d.starts_with("name ") || d.starts_with("name=")) {
        b.name = trim(d.substr(5));
      } else if (d.starts_with("assert ")) {
        b.request.assertions.emplace_back(trim(d.substr(7)));
      } else {
        b.kept.emplace_back(lines[i].text);
      }
      continue;
    }
    if (text.starts_with('@')) {
      const std::size_t eq = text.find('=');
      if (eq == std::string_view::npos) {
        b.problem = "\"" + std::string(text) + "\" is not a variable (write @name = value)";
        b.problem_line = static_cast<int>(i) + 1;
      } else {
        b.variables.emplace_back(trim(text.substr(1, eq - 1)), trim(text.substr(eq + 1)));
      }
      b.kept.emplace_back(lines[i].text);
      continue;
    }
    break;
  }
  while (!b.kept.empty() && b.kept.back().empty()) b.kept.pop_back();
  if (i == last) return b;
  b.has_request = true;
  b.line = static_cast<int>(i) + 1;
  read_request_line(lines[i].text, b);
  // A URL may go on over indented lines that begin with ? or &.
  for (++i; i < last && !lines[i].text.empty() && (lines[i].text.front() == ' ' || lines[i].text.front() == '\t'); ++i) {
    const std::string_view more = trim(lines[i].text);
    if (!more.starts_with('?') && !more.starts_with('&')) break;
    b.request.url += more;
  }
  if (const std::size_t space = b.request.url.rfind(' '); space != std::string::npos && b.request.url.compare(space + 1, 5, "HTTP/") == 0) {
    b.version = b.request.url.substr(space);
    b.request.url = std::string(trim(std::string_view(b.request.url).substr(0, space)));
  }
  for (; i < last && !trim(lines[i].text).empty(); ++i) {
    const std::string_view text = trim(lines[i].text);
    if (is_comment(text)) {
      if (const auto d = directive(text); d.starts_with("assert ")) b.request.assertions.emplace_back(trim(d.substr(7)));
      else b.kept.emplace_back(lines[i].text);
      continue;
    }
    if (text.starts_with("> {%") || text.starts_with("> ./") || text.starts_with("<> ")) break;
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      if (b.problem.empty()) {
        b.problem = "\"" + std::string(text) + "\" is not a header (write Name: value, and a blank line before the body)";
        b.problem_line = static_cast<int>(i) + 1;
      }
      continue;
    }
    b.request.headers.emplace_back(trim(text.substr(0, colon)), trim(text.substr(colon + 1)));
  }
  std::vector<std::string> body;
  for (; i < last; ++i) {
    const std::string_view text = lines[i].text;
    if (text.starts_with("> {%") || text.starts_with("> ./") || text.starts_with("<> ") || text.starts_with(">> ")) break;
    body.emplace_back(text);
  }
  while (!body.empty() && trim(body.front()).empty()) body.erase(body.begin());
  while (!body.empty() && trim(body.back()).empty()) body.pop_back();
  for (const auto& line : body) b.request.body += (b.request.body.empty() && &line == &body.front() ? "" : "\n") + line;
  for (; i < last; ++i) b.scripts.emplace_back(lines[i].text);
  while (!b.scripts.empty() && trim(b.scripts.back()).empty()) b.scripts.pop_back();
  return b;
}

std::vector<Block> blocks_of(std::string_view text) {
  const auto lines = lines_of(text);
  std::vector<Block> out;
  std::size_t first = 0;
  for (std::size_t i = 1; i <= lines.size(); ++i)
    if (i == lines.size() || lines[i].text.starts_with("###")) {
      if (first < i) out.push_back(read_block(lines, first, i));
      first = i;
    }
  return out;
}

std::string stem_of(const std::string& file) { return fs::path(file).stem().string(); }

// The names under which the requests of a file are known: its @name, else its title, else the file's; made unique.
std::vector<std::string> names_of(const std::vector<Block>& blocks, const std::string& file) {
  std::vector<std::string> out;
  for (const auto& b : blocks) {
    if (!b.has_request) {
      out.emplace_back();
      continue;
    }
    std::string name = b.key().empty() ? stem_of(file) : b.key();
    for (int n = 2; std::find(out.begin(), out.end(), name) != out.end(); ++n) name = (b.key().empty() ? stem_of(file) : b.key()) + " " + std::to_string(n);
    out.push_back(std::move(name));
  }
  return out;
}

std::string render(const SavedRequest& r, const Block* old) {
  std::string out;
  if (old)
    for (const auto& line : old->kept) out += line + "\n";
  if (old && !old->name.empty()) out += "# @name " + r.name + "\n";
  for (const auto& a : r.assertions) out += "# @assert " + a + "\n";
  out += r.method + " " + r.url + (old ? old->version : "") + "\n";
  for (const auto& [name, value] : r.headers) out += name + ": " + value + "\n";
  if (!r.body.empty()) out += "\n" + r.body + "\n";
  if (old && !old->scripts.empty()) {
    out += "\n";
    for (const auto& line : old->scripts) out += line + "\n";
  }
  return out;
}

slipway::Status writable(const SavedRequest& r) {
  const auto refuse = [&](const std::string& why) { return slipway::bad_request("saving request " + r.name + ": " + why, "REQUEST_INVALID"); };
  if (trim(r.name).empty() || r.name.find('\n') != std::string::npos) return refuse("it needs a name of one line");
  if (r.url.empty() || r.url.find_first_of("\r\n") != std::string::npos) return refuse("its URL is empty or has more than one line");
  if (!is_method(r.method)) return refuse("\"" + r.method + "\" is not a method (use GET, POST, …)");
  for (const auto& [name, value] : r.headers)
    if (name.empty() || name.find_first_of(":\r\n#") != std::string::npos || value.find_first_of("\r\n") != std::string::npos)
      return refuse("the header \"" + name + "\" has a colon or a line break in it");
  for (const auto& a : r.assertions)
    if (a.find('\n') != std::string::npos) return refuse("an assertion has a line break in it");
  for (const auto& line : lines_of(r.body))
    if (line.text.starts_with("###") || line.text.starts_with("> {%") || line.text.starts_with("> ./") || line.text.starts_with("<> ") || line.text.starts_with(">> "))
      return refuse("its body has a line that begins with \"" + std::string(line.text.substr(0, 4)) + "\", which ends a body in .http files (indent that line)");
  return {};
}

std::string id_of(const std::string& file, const std::string& name, bool several) {
  fs::path path = fs::path(file).lexically_relative("requests");
  path.replace_extension();
  return path.generic_string() + (several ? "#" + name : "");
}

}  // namespace

RequestFile parse_http(std::string_view text, const std::string& file, std::vector<Problem>& problems) {
  RequestFile out;
  out.file = file;
  auto blocks = blocks_of(text);
  const auto names = names_of(blocks, file);
  const auto count = std::count_if(blocks.begin(), blocks.end(), [](const Block& b) { return b.has_request; });
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    Block& b = blocks[i];
    for (auto& v : b.variables) out.variables.push_back(std::move(v));
    if (!b.problem.empty()) {
      Problem p;
      p.where = {file, b.problem_line ? b.problem_line : b.line, 1};
      p.source = file;
      p.message = b.problem;
      problems.push_back(std::move(p));
      continue;
    }
    if (!b.has_request) continue;
    SavedRequest& r = b.request;
    r.name = names[i];
    r.file = file;
    r.id = id_of(file, r.name, count > 1);
    const std::size_t slash = r.id.substr(0, r.id.find('#')).rfind('/');
    r.folder = slash == std::string::npos ? "" : r.id.substr(0, slash);
    out.requests.push_back(std::move(r));
  }
  return out;
}

std::string format_request(const SavedRequest& request) { return render(request, nullptr); }

slipway::Result<std::string> put_request(std::string_view text, const SavedRequest& request) {
  if (auto s = writable(request); !s) return s.error();
  const auto blocks = blocks_of(text);
  const auto names = names_of(blocks, request.file);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Block& b = blocks[i];
    if (!b.has_request || names[i] != request.name) continue;
    SavedRequest same = b.request;
    same.id = request.id, same.name = request.name, same.folder = request.folder, same.file = request.file;
    if (same == request) return std::string(text);
    std::string fresh = b.separator.empty() ? "" : b.separator + "\n";
    fresh += render(request, &b);
    if (b.to < text.size()) fresh += "\n";
    return std::string(text.substr(0, b.from)) + fresh + std::string(text.substr(b.to));
  }
  std::string out(text);
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  if (!out.empty() && !out.ends_with("\n\n")) out += '\n';
  return out + "### " + request.name + "\n" + render(request, nullptr);
}

slipway::Result<std::string> remove_request(std::string_view text, const std::string& name) {
  const auto blocks = blocks_of(text);
  const auto names = names_of(blocks, "");
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (blocks[i].has_request && names[i] == name) {
      std::string out = std::string(text.substr(0, blocks[i].from)) + std::string(text.substr(blocks[i].to));
      while (out.ends_with("\n\n")) out.pop_back();
      return out;
    }
  return slipway::not_found("there is no request " + name + " in this file", "NO_SUCH_REQUEST");
}

slipway::Result<SavedRequest> save_request(const std::string& folder, SavedRequest request) {
  if (request.file.empty()) request.file = "requests/" + (request.folder.empty() ? "" : request.folder + "/") + request.name + ".http";
  if (!request.file.starts_with("requests/") || request.file.find("..") != std::string::npos)
    return slipway::bad_request("saving request " + request.name + ": " + request.file + " is not below requests/", "REQUEST_INVALID");
  const std::string path = folder + "/" + request.file;
  auto text = slipway::config::read_file(path);
  if (!text && text.error().reason() != "NO_SUCH_FILE") return text.error();
  auto next = put_request(text ? *text : "", request);
  if (!next) return next.error();
  if (!text || *next != *text)
    if (auto s = slipway::config::write_file(path, *next); !s) return s.error();
  std::vector<Problem> problems;
  for (auto& r : parse_http(*next, request.file, problems).requests)
    if (r.name == request.name) return r;
  return slipway::internal_error("saving request " + request.name + ": it does not read back from " + request.file, "REQUEST_INVALID");
}

slipway::Status delete_request(const std::string& folder, const SavedRequest& request) {
  const std::string path = folder + "/" + request.file;
  auto text = slipway::config::read_file(path);
  if (!text) return text.error();
  std::vector<Problem> problems;
  const auto parsed = parse_http(*text, request.file, problems);
  if (parsed.requests.size() == 1 && problems.empty() && parsed.requests.front().name == request.name) {
    std::error_code code;
    fs::remove(path, code);
    return code ? slipway::Status(slipway::internal_error("removing " + request.file + ": " + code.message(), "FILE_ERROR")) : slipway::Status();
  }
  auto next = remove_request(*text, request.name);
  if (!next) return next.error();
  return slipway::config::write_file(path, *next);
}

}  // namespace workbench::workspace
