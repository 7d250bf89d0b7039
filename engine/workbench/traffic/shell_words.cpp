// How three shells take a command line apart, and how to write an argument so that each reads it back.
#include <algorithm>

#include "workbench/traffic/curl.h"

namespace workbench::traffic {
namespace {

using Words = std::vector<std::string>;
using slipway::Result;

slipway::Error unclosed(char quote) {
  return slipway::bad_request(std::string("the command has a ") + quote + " that is never closed", "CURL_INVALID");
}

bool space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void append_utf8(std::string& out, unsigned code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 63));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 63));
    out += static_cast<char>(0x80 | (code >> 6 & 63));
    out += static_cast<char>(0x80 | (code & 63));
  }
}

// Up to `most` digits of a base, from s[i] on; i ends behind them.
unsigned digits(std::string_view s, std::size_t& i, unsigned base, int most) {
  unsigned v = 0;
  for (; most > 0 && i < s.size(); --most, ++i) {
    const char c = s[i];
    const unsigned d = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                       : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                       : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                              : 99u;
    if (d >= base) break;
    v = v * base + d;
  }
  return v;
}

// $'...': i stands behind the opening quote and ends behind the closing one.
bool ansi_quoted(std::string_view s, std::size_t& i, std::string& word) {
  while (i < s.size() && s[i] != '\'') {
    if (s[i] != '\\' || i + 1 >= s.size()) {
      word += s[i++];
      continue;
    }
    const char c = s[i + 1];
    i += 2;
    switch (c) {
      case 'n': word += '\n'; break;
      case 't': word += '\t'; break;
      case 'r': word += '\r'; break;
      case 'b': word += '\b'; break;
      case 'f': word += '\f'; break;
      case 'v': word += '\v'; break;
      case 'a': word += '\a'; break;
      case 'e': word += '\033'; break;
      case 'x': word += static_cast<char>(digits(s, i, 16, 2)); break;
      case 'u': {
        unsigned code = digits(s, i, 16, 4);
        if (code >= 0xd800 && code < 0xdc00 && s.substr(i, 2) == "\\u") {  // browsers write surrogate pairs
          i += 2;
          code = 0x10000 + ((code - 0xd800) << 10) + (digits(s, i, 16, 4) - 0xdc00);
        }
        append_utf8(word, code);
        break;
      }
      case 'U': append_utf8(word, digits(s, i, 16, 8)); break;
      case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7':
        --i;
        word += static_cast<char>(digits(s, i, 8, 3));
        break;
      default: word += c;  // \\ \' \" and what bash does not know
    }
  }
  if (i >= s.size()) return false;
  ++i;
  return true;
}

Result<Words> split_bash(std::string_view s) {
  Words words;
  std::string word;
  bool open = false;
  for (std::size_t i = 0; i < s.size();) {
    const char c = s[i];
    if (space(c)) {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
      ++i;
    } else if (c == '\\') {
      if (s.substr(i + 1, 2) == "\r\n") {
        i += 3;
      } else if (i + 1 < s.size() && s[i + 1] == '\n') {
        i += 2;
      } else {
        if (i + 1 < s.size()) word += s[i + 1], open = true;
        i += 2;
      }
    } else if (c == '\'') {
      const auto end = s.find('\'', i + 1);
      if (end == std::string_view::npos) return unclosed('\'');
      word += s.substr(i + 1, end - i - 1);
      open = true;
      i = end + 1;
    } else if (c == '$' && i + 1 < s.size() && s[i + 1] == '\'') {
      i += 2;
      if (!ansi_quoted(s, i, word)) return unclosed('\'');
      open = true;
    } else if (c == '"') {
      open = true;
      for (++i; i < s.size() && s[i] != '"'; ++i) {
        if (s[i] == '\\' && i + 1 < s.size() && std::string_view("\"\\$`").find(s[i + 1]) != std::string_view::npos) ++i;
        else if (s[i] == '\\' && i + 1 < s.size() && s[i + 1] == '\n') { ++i; continue; }
        word += s[i];
      }
      if (i >= s.size()) return unclosed('"');
      ++i;
    } else {
      word += c;
      open = true;
      ++i;
    }
  }
  if (open) words.push_back(std::move(word));
  return words;
}

// cmd.exe takes its carets away first, then the program's runtime splits by its own rules for \ and ".
Result<Words> split_cmd(std::string_view s) {
  std::string line;
  bool quoted = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\r') continue;
    if (s[i] == '^' && !quoted && i + 1 < s.size()) {
      ++i;
      if (s[i] == '\r' && i + 1 < s.size()) ++i;
      if (s[i] != '\n') {
        line += s[i];
      } else if (i + 1 < s.size() && (s[i + 1] == '\n' || (s[i + 1] == '\r' && i + 2 < s.size() && s[i + 2] == '\n'))) {
        i += s[i + 1] == '\r' ? 2 : 1;
        line += '\x01';  // an escaped line break inside an argument
      }
      continue;
    }
    if (s[i] == '"') quoted = !quoted;
    line += s[i];
  }
  Words words;
  std::string word;
  bool open = false, in = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\') {
      std::size_t n = 0;
      while (i < line.size() && line[i] == '\\') ++n, ++i;
      open = true;
      if (i < line.size() && line[i] == '"') {
        word.append(n / 2, '\\');
        if (n % 2) word += '"';
        else in = !in;
      } else {
        word.append(n, '\\');
        --i;
      }
    } else if (c == '"') {
      if (in && i + 1 < line.size() && line[i + 1] == '"') {
        word += '"';
        ++i;
      } else {
        in = !in;
      }
      open = true;
    } else if (space(c) && !in) {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
    } else {
      word += c == '\x01' ? '\n' : c;
      open = true;
    }
  }
  if (in) return unclosed('"');
  if (open) words.push_back(std::move(word));
  return words;
}

Result<Words> split_power_shell(std::string_view s) {
  Words words;
  std::string word;
  bool open = false;
  const auto escaped = [](char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == '0' ? '\0' : c; };
  for (std::size_t i = 0; i < s.size();) {
    const char c = s[i];
    if (c == '`' && i + 1 < s.size()) {
      if (s.substr(i + 1, 2) == "\r\n") i += 3;
      else if (s[i + 1] == '\n') i += 2;
      else word += escaped(s[i + 1]), open = true, i += 2;
    } else if (space(c)) {
      if (open) words.push_back(std::exchange(word, {}));
      open = false;
      ++i;
    } else if (c == '\'' || c == '"') {
      open = true;
      for (++i; i < s.size(); ++i) {
        if (s[i] == c) {
          if (i + 1 >= s.size() || s[i + 1] != c) break;
          ++i;
          word += c;
        } else if (c == '"' && s[i] == '`' && i + 1 < s.size()) {
          word += escaped(s[++i]);
        } else {
          word += s[i];
        }
      }
      if (i >= s.size()) return unclosed(c);
      ++i;
    } else {
      word += c;
      open = true;
      ++i;
    }
  }
  if (open) words.push_back(std::move(word));
  return words;
}

bool plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-_./:=,").find(c) != std::string_view::npos;
  });
}

std::string quote_bash(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string quote_cmd(std::string_view text) {
  std::string inner;  // for the runtime: \" and backslashes before a quote doubled
  std::size_t slashes = 0;
  for (char c : text) {
    if (c == '\\') {
      ++slashes;
    } else {
      if (c == '"') inner.append(slashes + 1, '\\');
      slashes = 0;
    }
    inner += c;
  }
  inner.append(slashes, '\\');
  std::string out = "^\"";  // for cmd.exe: nothing is left for it to read
  for (char c : inner) {
    if (c == '\n') out += "^\n\n";
    else if (c == '\r') continue;
    else if (std::string_view("\"^&|<>()%!").find(c) != std::string_view::npos) out += std::string("^") + c;
    else out += c;
  }
  return out + "^\"";
}

std::string quote_power_shell(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

}  // namespace

Result<Words> split_command(std::string_view text, Shell shell) {
  switch (shell) {
    case Shell::Cmd:
      return split_cmd(text);
    case Shell::PowerShell:
      return split_power_shell(text);
    case Shell::Bash:
      break;
  }
  return split_bash(text);
}

Shell shell_of(std::string_view text) {
  const auto has = [&](std::string_view what) { return text.find(what) != std::string_view::npos; };
  if (has("^\"") || has("^\n") || has("^\r\n")) return Shell::Cmd;
  if (has("`\n") || has("`\r\n") || text.substr(0, 24).find("curl.exe") != std::string_view::npos) return Shell::PowerShell;
  return Shell::Bash;
}

std::string quote_argument(std::string_view text, Shell shell) {
  if (plain(text)) return std::string(text);
  return shell == Shell::Bash ? quote_bash(text) : shell == Shell::Cmd ? quote_cmd(text) : quote_power_shell(text);
}

}  // namespace workbench::traffic
