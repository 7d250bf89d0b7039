// YAML: yaml-cpp as a parser only, whose events become Values at once. What it lets through and we do not: duplicate keys, YAML 1.1
// booleans, octal by a leading zero, merge keys, foreign tags, keys that are no scalars, several documents, and aliases that
// unfold beyond the limits. Its own loader is not used: it never ends on a document that begins with a comma.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <unordered_map>
#include <vector>

#include "slipway/base/utf8.h"
#include "slipway/codec/builtin.h"
#include "slipway/codec/yaml_scalar.h"

namespace slipway::codec {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

// Its functions throw Error, which does not leave this file.
class YamlBuilder final : public YAML::EventHandler {
 public:
  explicit YamlBuilder(const Limits& limits) : limits_(limits) {}
  Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override { ++documents_; }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& at, YAML::anchor_t anchor) override {
    begin(at);
    if (expects_key()) fail(at, kBadKey);
    put(Value(), at, anchor);
  }

  void OnScalar(const YAML::Mark& at, const std::string& tag, YAML::anchor_t anchor, const std::string& text) override {
    begin(at);
    if (anchor != 0) anchors_[anchor].text = text;
    if (expects_key()) return key(at, tag, text);
    put(scalar(at, tag, text), at, anchor);
  }

  void OnAlias(const YAML::Mark& at, YAML::anchor_t anchor) override {
    begin(at);
    const auto found = anchors_.find(anchor);
    if (expects_key()) {
      if (found == anchors_.end() || !found->second.text) fail(at, kBadKey);
      return key(at, "!", *found->second.text);
    }
    if (found == anchors_.end() || found->second.values == 0) fail(at, "this alias stands inside of what it names");
    const Anchor& named = found->second;
    check_depth(at, open_.size() + named.height);
    count(at, named.values);
    place(named.value);
  }

  void OnSequenceStart(const YAML::Mark& at, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { enter(at, tag, "seq", anchor, Value(Value::List())); }
  void OnMapStart(const YAML::Mark& at, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { enter(at, tag, "map", anchor, Value(Value::Map())); }
  void OnSequenceEnd() override { leave(); }
  void OnMapEnd() override { leave(); }

 private:
  static constexpr const char* kBadKey = "a key must be a single word or text (use quotes for an empty one)";

  // A collection whose end has not come yet.
  struct Open {
    Value value;
    YAML::anchor_t anchor = 0;
    std::size_t values_before = 0;  // what was counted before its items
    std::optional<std::string> key;
  };
  struct Anchor {
    Value value;
    std::size_t values = 0, height = 0;  // 0: not complete
    std::optional<std::string> text;     // of a scalar, as written: an alias may stand for a key
  };

  [[noreturn]] static void fail(const YAML::Mark& at, std::string what) { throw syntax_error("YAML", std::move(what), at.line + 1, at.column + 1); }

  void begin(const YAML::Mark& at) const {
    if (documents_ < 2) return;
    // Where the parser came to nothing it stays, and calls the rest another document.
    if (root_.is_null() && at.line + 1 == root_.line && at.column + 1 == root_.column) fail(at, "no value can begin here");
    fail(at, "a second document begins here; one file holds one document");
  }
  bool expects_key() const { return !open_.empty() && open_.back().value.is_map() && !open_.back().key; }

  void check_depth(const YAML::Mark& at, std::size_t depth) const {
    if (depth > static_cast<std::size_t>(limits_.depth)) fail(at, "nested deeper than " + std::to_string(limits_.depth) + " levels");
  }
  void count(const YAML::Mark& at, std::size_t values) {
    if (values_ += values; values_ > limits_.nodes) fail(at, "more than " + std::to_string(limits_.nodes) + " values (each use of an alias counts)");
  }

  void key(const YAML::Mark& at, const std::string& tag, const std::string& text) {
    if (text == "<<" && tag != "!") fail(at, "merge keys (<<) are not supported: write the keys out, or put the common part into a lower config layer");
    if (open_.back().value.as_map().contains(text)) fail(at, "the key \"" + text + "\" is there twice");
    open_.back().key = text;
  }

  void put(Value value, const YAML::Mark& at, YAML::anchor_t anchor) {
    check_depth(at, open_.size() + 1);
    count(at, 1);
    value.line = at.line + 1;
    value.column = at.column + 1;
    if (anchor != 0) remember(anchor, value, 1);
    place(std::move(value));
  }

  void enter(const YAML::Mark& at, const std::string& tag, std::string_view kind, YAML::anchor_t anchor, Value empty) {
    begin(at);
    if (expects_key()) fail(at, kBadKey);
    check_depth(at, open_.size() + 1);
    count(at, 1);
    if (!tag.empty() && tag != "?" && tag != "!" && tag != std::string(kCoreTag) + std::string(kind)) fail(at, "the tag " + tag + " is not supported: remove it");
    empty.line = at.line + 1;
    empty.column = at.column + 1;
    open_.push_back({std::move(empty), anchor, values_ - 1, std::nullopt});
  }

  void leave() {
    Open done = std::move(open_.back());
    open_.pop_back();
    if (done.anchor != 0) remember(done.anchor, done.value, values_ - done.values_before);
    place(std::move(done.value));
  }

  // Into the collection that is open, or as the document.
  void place(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.is_list()) {
      open_.back().value.as_list().push_back(std::move(value));
    } else {
      open_.back().value.as_map()[*open_.back().key] = std::move(value);
      open_.back().key.reset();
    }
  }

  void remember(YAML::anchor_t anchor, const Value& value, std::size_t values) {
    Anchor& named = anchors_[anchor];
    named.value = value;
    named.values = values;
    named.height = height_of(value);
  }
  static std::size_t height_of(const Value& value) {
    std::size_t below = 0;
    if (value.is_list())
      for (const auto& item : value.as_list()) below = std::max(below, height_of(item));
    if (value.is_map())
      for (const auto& [name, item] : value.as_map()) below = std::max(below, height_of(item));
    return below + 1;
  }

  static Value scalar(const YAML::Mark& at, const std::string& tag, const std::string& text) {
    if (tag == "!" || tag == std::string(kCoreTag) + "str") return Value(text);  // quoted, or said to be a string
    bool ambiguous = false;
    Value value = resolve_yaml_scalar(text, ambiguous);
    if (ambiguous)
      fail(at, text + " starts with 0, which some readers take for octal: write 0o" + text.substr(1) + " for octal, the number without the 0, or quote it to keep the digits");
    if (tag.empty() || tag == "?") return value;
    const bool fits = (tag == std::string(kCoreTag) + "int" && value.is_int()) || (tag == std::string(kCoreTag) + "float" && value.is_number()) ||
                      (tag == std::string(kCoreTag) + "bool" && value.is_bool()) || (tag == std::string(kCoreTag) + "null" && value.is_null());
    if (!fits) fail(at, "the tag " + tag + " is not supported here: remove it");
    return value;
  }

  const Limits& limits_;
  Value root_;
  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, Anchor> anchors_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

// Place of the first byte that is not UTF-8, or is 0: from those the parser concludes that the text is UTF-16 or UTF-32.
Error not_utf8(std::string_view text) {
  int line = 1;
  std::size_t line_start = 0, i = 0;
  while (i < text.size()) {
    const std::size_t n = utf8_length(text, i);
    if (n == 0 || text[i] == '\0') break;
    if (text[i] == '\n') ++line, line_start = i + 1;
    i += n;
  }
  return syntax_error("YAML", i < text.size() && text[i] == '\0' ? "a byte is 0; the text must be UTF-8 (write \"\\0\" for the character)" : "a byte is not UTF-8", line, static_cast<int>(i - line_start) + 1);
}

}  // namespace

Result<Value> parse_yaml(std::string_view text, const Limits& limits) {
  if (!valid_utf8(text) || text.find('\0') != std::string_view::npos) return not_utf8(text);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    YamlBuilder builder(limits);
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);  // which refuses a second one
    return builder.take();
  } catch (const YAML::Exception& e) {
    return syntax_error("YAML", e.msg, e.mark.line + 1, e.mark.column + 1);
  } catch (const Error& e) {
    return e;
  }
}

}  // namespace slipway::codec
