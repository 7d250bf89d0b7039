// JSON by RFC 8259, strictly: no comments, no trailing commas, no duplicate keys, valid UTF-8. One pass, no
// look-back.
#include <charconv>

#include "slipway/base/utf8.h"
#include "slipway/codec/builtin.h"

namespace slipway::codec {
namespace {

class JsonParser {
 public:
  JsonParser(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

  Result<Value> parse() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = line_start_ = 3;
    Value value;
    skip_space();
    if (at_ == text_.size()) {
      fail("the document is empty");
    } else if (parse_value(value, 1)) {
      skip_space();
      if (at_ != text_.size()) fail("unexpected text after the end of the document");
    }
    if (failed_) return syntax_error("JSON", std::move(what_), error_line_, error_column_);
    return value;
  }

 private:
  int column() const { return static_cast<int>(at_ - line_start_ - wide_) + 1; }

  bool fail(std::string what) {
    if (!failed_) {
      failed_ = true;
      what_ = std::move(what);
      error_line_ = line_;
      error_column_ = column();
    }
    return false;
  }

  bool fail_here(std::string_view wanted) {
    if (at_ >= text_.size()) return fail("the text ends where " + std::string(wanted) + " should be");
    const auto c = static_cast<unsigned char>(text_[at_]);
    std::string found;
    if (c < 0x20 || c == 0x7F) {
      found = "a control character";
    } else {
      const std::size_t n = utf8_length(text_, at_);
      found = n ? '\'' + std::string(text_.substr(at_, n)) + '\'' : "a byte that is not UTF-8";
    }
    return fail("found " + found + " where " + std::string(wanted) + " should be");
  }

  void skip_space() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
        line_start_ = at_ + 1;
        wide_ = 0;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        return;
      }
    }
  }

  bool take(char c) {
    if (at_ < text_.size() && text_[at_] == c) return ++at_, true;
    return false;
  }

  bool parse_value(Value& out, int depth) {
    if (depth > limits_.depth) return fail("nested deeper than " + std::to_string(limits_.depth) + " levels");
    if (++nodes_ > limits_.nodes) return fail("more than " + std::to_string(limits_.nodes) + " values");
    if (at_ >= text_.size()) return fail_here("a value");
    const int line = line_, col = column();
    bool ok = false;
    switch (text_[at_]) {
      case '{':
        ok = parse_object(out, depth);
        break;
      case '[':
        ok = parse_array(out, depth);
        break;
      case '"': {
        std::string s;
        ok = parse_string(s);
        out = Value(std::move(s));
        break;
      }
      case 't':
        ok = parse_word("true", Value(true), out);
        break;
      case 'f':
        ok = parse_word("false", Value(false), out);
        break;
      case 'n':
        ok = parse_word("null", Value(), out);
        break;
      default:
        ok = parse_number(out);
    }
    out.line = line;
    out.column = col;
    return ok;
  }

  bool parse_word(std::string_view word, Value value, Value& out) {
    if (text_.substr(at_, word.size()) != word) return fail_here("a value");
    at_ += word.size();
    out = std::move(value);
    return true;
  }

  bool parse_object(Value& out, int depth) {
    ++at_;
    Value::Map map;
    skip_space();
    if (!take('}')) {
      std::string key;
      do {
        skip_space();
        if (at_ >= text_.size() || text_[at_] != '"') return fail_here("a key in quotes");
        const std::size_t before = map.size();
        const int key_line = line_, key_column = column();
        key.clear();
        if (!parse_string(key)) return false;
        Value& slot = map[key];
        if (map.size() == before) {
          fail("the key \"" + key + "\" is there twice");
          error_line_ = key_line, error_column_ = key_column;
          return false;
        }
        skip_space();
        if (!take(':')) return fail_here("':'");
        skip_space();
        if (!parse_value(slot, depth + 1)) return false;
        skip_space();
      } while (take(','));
      if (!take('}')) return fail_here("',' or '}'");
    }
    out = Value(std::move(map));
    return true;
  }

  bool parse_array(Value& out, int depth) {
    ++at_;
    Value::List list;
    skip_space();
    if (!take(']')) {
      do {
        skip_space();
        if (!parse_value(list.emplace_back(), depth + 1)) return false;
        skip_space();
      } while (take(','));
      if (!take(']')) return fail_here("',' or ']'");
    }
    out = Value(std::move(list));
    return true;
  }

  bool parse_string(std::string& out) {
    ++at_;
    for (;;) {
      const std::size_t run = at_;
      while (at_ < text_.size()) {
        const auto c = static_cast<unsigned char>(text_[at_]);
        if (c >= 0x80) {
          const std::size_t n = utf8_length(text_, at_);
          if (n == 0) return fail("a byte in the string is not UTF-8");
          at_ += n;
          wide_ += n - 1;
        } else if (c < 0x20 || c == '"' || c == '\\') {
          break;
        } else {
          ++at_;
        }
      }
      out.append(text_, run, at_ - run);
      if (at_ >= text_.size()) return fail("the text ends inside a string");
      if (text_[at_] == '"') return ++at_, true;
      if (text_[at_] != '\\')
        return fail("a control character in a string must be escaped (\\n, \\t, \\u00..)");
      if (!parse_escape(out)) return false;
    }
  }

  bool parse_escape(std::string& out) {
    if (at_ + 1 >= text_.size()) return fail("the text ends inside a string");
    const char c = text_[at_ + 1];
    static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const auto i = kFrom.find(c); i != std::string_view::npos) {
      out += kTo[i];
      at_ += 2;
      return true;
    }
    if (c != 'u')
      return fail("unknown escape in a string (known: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX)");
    unsigned code = 0;
    if (!hex4(at_ + 2, code)) return fail("\\u needs four hex digits");
    std::size_t length = 6;
    if (code >= 0xDC00 && code < 0xE000)
      return fail("\\u escape is the second half of a surrogate pair without a first");
    if (code >= 0xD800 && code < 0xDC00) {
      unsigned low = 0;
      if (text_.substr(at_ + 6, 2) != "\\u" || !hex4(at_ + 8, low) || low < 0xDC00 || low >= 0xE000)
        return fail("\\u escape is the first half of a surrogate pair without a second");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      length = 12;
    }
    append_utf8(out, code);
    at_ += length;
    return true;
  }

  bool hex4(std::size_t from, unsigned& out) const {
    if (from + 4 > text_.size()) return false;
    const char* begin = text_.data() + from;
    const auto [end, bad] = std::from_chars(begin, begin + 4, out, 16);
    return bad == std::errc() && end == begin + 4;
  }

  std::size_t skip_digits(std::size_t from) const {
    while (from < text_.size() && text_[from] >= '0' && text_[from] <= '9') ++from;
    return from;
  }

  bool parse_number(Value& out) {
    const std::size_t begin = at_;
    std::size_t end = begin + (text_[begin] == '-' ? 1 : 0);
    const std::size_t first = end;
    end = skip_digits(end);
    if (end == first) {
      at_ = end;
      return fail_here(first == begin ? "a value" : "a digit");
    }
    if (text_[first] == '0' && end > first + 1) return fail("a number must not start with 0");
    bool whole = true;
    if (end < text_.size() && text_[end] == '.') {
      whole = false;
      const std::size_t digits = end + 1;
      end = skip_digits(digits);
      if (end == digits) return at_ = end, fail_here("a digit");
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      whole = false;
      std::size_t digits = end + 1;
      if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) ++digits;
      end = skip_digits(digits);
      if (end == digits) return at_ = end, fail_here("a digit");
    }
    const char* from = text_.data() + begin;
    const char* to = text_.data() + end;
    if (whole) {
      std::int64_t i = 0;
      if (std::from_chars(from, to, i).ec == std::errc()) {
        out = Value(static_cast<long>(i));
        at_ = end;
        return true;
      }
    }
    double d = 0;
    if (std::from_chars(from, to, d).ec != std::errc()) {
      // Out of range: an underflow is zero, an overflow has no value.
      const std::string_view number(from, static_cast<std::size_t>(to - from));
      if (number.find("e-") == std::string_view::npos && number.find("E-") == std::string_view::npos)
        return fail("the number is too large");
      d = 0;
    }
    out = Value(d);
    at_ = end;
    return true;
  }

  std::string_view text_;
  Limits limits_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  std::size_t wide_ = 0;  // continuation bytes since the line's start: columns count characters
  std::size_t nodes_ = 0;
  int line_ = 1;
  bool failed_ = false;
  std::string what_;
  int error_line_ = 0, error_column_ = 0;
};

}  // namespace

Error syntax_error(std::string_view format, std::string what, int line, int column) {
  return bad_request("not valid " + std::string(format) + ": " + what, "BAD_DOCUMENT")
      .with_mark({{}, line, column});
}

Result<Value> parse_json(std::string_view text, const Limits& limits) {
  return JsonParser(text, limits).parse();
}

}  // namespace slipway::codec
