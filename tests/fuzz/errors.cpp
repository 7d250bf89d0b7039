// Errors that others sent: the body of an HTTP reply, the trailers of a gRPC reply, a .proto file of error enums.
#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include "slipway/codec/codec.h"
#include "slipway/codec/error_body.h"
#include "slipway/grpc/status.h"
#include "slipway/protoc/errors_generator.h"
#include "tests/fuzz/targets.h"

namespace fuzz {
namespace {

namespace pb = google::protobuf;

void is_whole(const slipway::Error& e) {
  require(e.http_status() >= 400 && e.http_status() <= 599, "an error has an HTTP status of an error");
  require(e.grpc_status() >= 1 && e.grpc_status() <= 16, "an error has a gRPC status of an error");
  require(!e.to_string().empty() && !e.to_full_string().empty(), "an error can be shown");
  require(slipway::codec::parse_json(e.to_json()).ok(), "an error is valid JSON");
}

// Syntax is protoc's business; what it lets through is ours.
class Silent final : public pb::io::ErrorCollector {
 public:
  void AddError(int, pb::io::ColumnNumber, const std::string&) override { ++errors; }
  int errors = 0;
};
class SilentPool final : public pb::DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string&, const std::string&, const pb::Message*, ErrorLocation, const std::string&) override {}
};

bool parse(std::string_view text, const char* name, pb::FileDescriptorProto& out) {
  pb::io::ArrayInputStream in(text.data(), static_cast<int>(text.size()));
  Silent silent;
  pb::io::Tokenizer tokens(&in, &silent);
  pb::compiler::Parser parser;
  parser.RecordErrorsTo(&silent);
  const bool parsed = parser.Parse(&tokens, &out);
  out.set_name(name);
  return parsed && silent.errors == 0;
}

// What every file of errors imports: errors/errors.proto, as the package brings it.
const pb::DescriptorPool& imports() {
  static const auto* pool = [] {
    pb::SetLogHandler(nullptr);  // the parser warns of each file without a syntax line
    auto* made = new pb::DescriptorPool;
    pb::FileDescriptorProto file;
    pb::FileDescriptorProto::descriptor()->file()->CopyTo(&file);
    require(made->BuildFile(file) != nullptr, "protobuf's own file is good");
    file.Clear();
    require(parse(R"(syntax = "proto3"; package errors; import "google/protobuf/descriptor.proto";
extend google.protobuf.EnumOptions { int32 default_code = 1108; }
extend google.protobuf.EnumValueOptions { int32 code = 1109; })", "errors/errors.proto", file) && made->BuildFile(file) != nullptr, "the options' file is good");
    return made;
  }();
  return *pool;
}

class Memory final : public pb::compiler::GeneratorContext {
 public:
  pb::io::ZeroCopyOutputStream* Open(const std::string&) override { return new pb::io::StringOutputStream(&text); }
  std::string text;
};

}  // namespace

// "<status>\n<JSON>"
void error_body(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  int status = 400;
  for (const char c : bytes.substr(0, end)) status = 400 + (status * 10 + static_cast<unsigned char>(c)) % 200;
  const auto body = slipway::codec::parse_json(bytes.substr(std::min(end + 1, bytes.size())));
  if (!body) return;
  const slipway::Error e = slipway::codec::error_of_body(status, *body, "UPSTREAM", "the peer refused");
  is_whole(e);
  require(e.http_status() == status, "the status it came with holds");
}

// A byte that makes the status, then google.rpc.Status.
void grpc_status(std::string_view bytes) {
  if (bytes.empty()) return;
  const slipway::grpc::WireStatus sent{1 + static_cast<unsigned char>(bytes[0]) % 16, "refused", std::string(bytes.substr(1))};
  const slipway::Error e = slipway::grpc::error_of(sent);
  is_whole(e);
  require(e.grpc_status() == sent.code, "the status it came with holds");
  const slipway::Error again = slipway::grpc::error_of(slipway::grpc::wire_status(e));
  require(again.code() == e.code() && again.reason() == e.reason() && again.metadata() == e.metadata(), "an error that is passed on stays what it is");
}

// A .proto file, generated from when protoc would take it.
void error_proto(std::string_view bytes) {
  pb::DescriptorPool pool(&imports());
  pb::FileDescriptorProto file;
  if (!parse(bytes, "fuzzed.proto", file)) return;
  SilentPool silent;
  const pb::FileDescriptor* built = pool.BuildFileCollectingErrors(file, &silent);
  if (built == nullptr) return;
  Memory out;
  std::string problem;
  if (!slipway::protoc::ErrorsGenerator().Generate(built, "", &out, &problem)) return require(!problem.empty(), "a refusal says why");
  // A compiler takes a backslash before the line's end, spaces or not, as "goes on", and some a lone CR as the end.
  for (std::size_t at = 0, end; at < out.text.size(); at = end + 1) {
    end = std::min(out.text.find('\n', at), out.text.size());
    std::string_view line(out.text.data() + at, end - at);
    require(line.find('\r') == std::string_view::npos, "a line of a comment is one line");
    while (!line.empty() && std::string_view(" \t\v\f").find(line.back()) != std::string_view::npos) line.remove_suffix(1);
    require(!line.ends_with('\\'), "no line of a comment runs into the code below it");
  }
}

}  // namespace fuzz
