// ErrorsGenerator: from a .proto file whose enums carry (errors.default_code) or (errors.code), a header NAME.errors.h with, per
// value that has a code: the Code kUserNotFound, make_user_not_found(message) and is_user_not_found(error); and error_codes() for
// CodeRegistry. Values without a code, and files without any, are left out. Part of protoc-gen-slipway-errors only.
#pragma once

#include <google/protobuf/compiler/code_generator.h>

#include <string>

namespace slipway::protoc {

class ErrorsGenerator final : public google::protobuf::compiler::CodeGenerator {
 public:
  bool Generate(const google::protobuf::FileDescriptor* file, const std::string& parameter, google::protobuf::compiler::GeneratorContext* context,
                std::string* error) const override;
  std::uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }
};

}  // namespace slipway::protoc
