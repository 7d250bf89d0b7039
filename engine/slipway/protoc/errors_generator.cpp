#include "slipway/protoc/errors_generator.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/printer.h>
#include <google/protobuf/io/zero_copy_stream.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "slipway/base/code.h"

namespace slipway::protoc {
namespace {

namespace pb = google::protobuf;

struct ErrorValue {
  std::string reason;   // USER_NOT_FOUND
  std::string snake;    // user_not_found
  std::string camel;    // UserNotFound
  std::string text;     // User Not Found
  std::string comment;  // lines, each with its newline; may be empty
  int code = 0;
};

// "shop.proto:12:3: "
template <class Descriptor>
std::string place(const pb::FileDescriptor& file, const Descriptor& what) {
  pb::SourceLocation at;
  if (!what.GetSourceLocation(&at)) return file.name() + ": ";
  return file.name() + ":" + std::to_string(at.start_line + 1) + ":" + std::to_string(at.start_column + 1) + ": ";
}

// The option is no part of this program, so it is among what was not understood.
template <class Options>
int option_of(const Options& options, const char* name, const pb::FileDescriptor& file) {
  const pb::UnknownFieldSet& unknown = options.unknown_fields();
  const auto* extension = file.pool()->FindExtensionByName(name);
  if (extension == nullptr) return 0;
  int value = 0;
  for (int i = 0; i < unknown.field_count(); ++i)
    if (const auto& f = unknown.field(i); f.number() == extension->number() && f.type() == pb::UnknownField::TYPE_VARINT) value = static_cast<int>(static_cast<std::int64_t>(f.varint()));
  return value;
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

// USER_NOT_FOUND and UserNotFound are user_not_found.
std::string snake_case(const std::string& name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool word_begins = i > 0 && is_upper(c) && (is_lower(name[i - 1]) || (is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1])));
    if (word_begins && out.back() != '_') out += '_';
    out += static_cast<char>(is_upper(c) ? c + 32 : c);
  }
  return out;
}

std::string capitalised(const std::string& snake, const char* between) {
  std::string out;
  bool begins = true;
  for (const char c : snake) {
    if (c == '_') {
      begins = true;
      continue;
    }
    if (begins && !out.empty()) out += between;
    out += static_cast<char>(begins && is_lower(c) ? c - 32 : c);
    begins = false;
  }
  return out;
}

std::string comment_of(const pb::EnumValueDescriptor& value) {
  pb::SourceLocation at;
  if (!value.GetSourceLocation(&at)) return {};
  const std::string& text = at.leading_comments.empty() ? at.trailing_comments : at.leading_comments;
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    std::string line = text.substr(from, end - from);
    // Neither what some compilers take for the end of a line, nor what makes it go on.
    std::replace(line.begin(), line.end(), '\r', ' ');
    line.resize(line.find_last_not_of(" \t\v\f\\") + 1);
    out += "//" + line + "\n";
    from = end + 1;
  }
  return out;
}

// Option of an enum that lies inside a message: refused, as two of them may hold the same name.
std::optional<std::string> misplaced(const pb::FileDescriptor& file, const pb::Descriptor& message) {
  for (int i = 0; i < message.enum_type_count(); ++i) {
    const auto& e = *message.enum_type(i);
    bool has = option_of(e.options(), "errors.default_code", file) != 0;
    for (int v = 0; v < e.value_count(); ++v) has = has || option_of(e.value(v)->options(), "errors.code", file) != 0;
    if (has) return place(file, e) + "enum " + e.full_name() + " of errors lies inside a message (move it to the top of the file)";
  }
  for (int i = 0; i < message.nested_type_count(); ++i)
    if (auto found = misplaced(file, *message.nested_type(i))) return found;
  return std::nullopt;
}

std::optional<std::string> collect(const pb::FileDescriptor& file, std::vector<ErrorValue>& out) {
  std::map<std::string, std::string> names;
  for (int i = 0; i < file.enum_type_count(); ++i) {
    const auto& e = *file.enum_type(i);
    const int fallback = option_of(e.options(), "errors.default_code", file);
    for (int v = 0; v < e.value_count(); ++v) {
      const auto& value = *e.value(v);
      const int own = option_of(value.options(), "errors.code", file);
      const int code = own != 0 ? own : fallback;
      if (code == 0) continue;
      if (code < 0 || code > 600)
        return place(file, value) + value.name() + " of enum " + e.full_name() + ": " + (own != 0 ? "errors.code" : "errors.default_code") + " is " + std::to_string(code) +
               " (use 1 to 600; 0 leaves the value out)";
      ErrorValue made;
      made.reason = value.name();
      made.snake = snake_case(value.name());
      made.camel = capitalised(made.snake, "");
      made.text = capitalised(made.snake, " ");
      made.comment = comment_of(value);
      made.code = code;
      if (const auto [it, fresh] = names.emplace(made.camel, value.name()); !fresh)
        return place(file, value) + value.name() + " and " + it->second + " would both be make_" + made.snake + " (rename one of them)";
      out.push_back(std::move(made));
    }
  }
  for (int i = 0; i < file.message_type_count(); ++i)
    if (auto problem = misplaced(file, *file.message_type(i))) return problem;
  return std::nullopt;
}

std::string namespace_of(const pb::FileDescriptor& file) {
  std::string out;
  for (const char c : file.package()) out += c == '.' ? std::string("::") : std::string(1, c);
  return out;
}

}  // namespace

bool ErrorsGenerator::Generate(const pb::FileDescriptor* file, const std::string& parameter, pb::compiler::GeneratorContext* context, std::string* error) const {
  if (!parameter.empty()) {
    *error = "protoc-gen-slipway-errors takes no options, \"" + parameter + "\" was given";
    return false;
  }
  std::vector<ErrorValue> values;
  if (auto problem = collect(*file, values)) {
    *error = *problem;
    return false;
  }
  if (values.empty()) return true;

  std::string base = file->name();
  if (base.ends_with(".proto")) base.resize(base.size() - 6);
  const std::unique_ptr<pb::io::ZeroCopyOutputStream> stream(context->Open(base + ".errors.h"));
  pb::io::Printer out(stream.get(), '$');
  out.Print("// Generated by protoc-gen-slipway-errors from $file$: edit that.\n"
            "#pragma once\n\n#include <span>\n#include <string>\n#include <utility>\n\n#include \"slipway/base/error.h\"\n",
            "file", file->name());
  const std::string scope = namespace_of(*file);
  if (!scope.empty()) out.Print("\nnamespace $scope$ {\n", "scope", scope);
  for (const ErrorValue& v : values) {
    out.Print("\n");
    out.PrintRaw(v.comment);
    const int http = v.code >= 400 && v.code <= 599 ? v.code : 500;
    out.Print(
        "inline constexpr ::slipway::Code k$camel${$code$, \"$text$\", \"$reason$\", $http$, $grpc$};\n"
        "inline ::slipway::Error make_$snake$(std::string message = {}) { return ::slipway::Error(k$camel$, std::move(message)); }\n"
        "inline bool is_$snake$(const ::slipway::Error& error) { return error.is(k$camel$.number, k$camel$.reason); }\n",
        "camel", v.camel, "code", std::to_string(v.code), "text", v.text, "reason", v.reason, "http", std::to_string(http), "grpc",
        std::to_string(http == v.code ? grpc_status_of_http(http) : 2), "snake", v.snake);
  }
  out.Print("\n// All of the above, for CodeRegistry::add.\ninline std::span<const ::slipway::Code> error_codes() {\n  static constexpr ::slipway::Code kAll[] = {");
  for (std::size_t i = 0; i < values.size(); ++i) out.Print(i == 0 ? "k$camel$" : ", k$camel$", "camel", values[i].camel);
  out.Print("};\n  return kAll;\n}\n");
  if (!scope.empty()) out.Print("\n}  // namespace $scope$\n", "scope", scope);
  return true;
}

}  // namespace slipway::protoc
