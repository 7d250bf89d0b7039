// protoc-gen-slipway-errors: protoc --plugin=protoc-gen-slipway-errors=PATH --slipway-errors_out=DIR FILE.proto
#include <google/protobuf/compiler/plugin.h>

#include "slipway/protoc/errors_generator.h"

int main(int argc, char** argv) {
  const slipway::protoc::ErrorsGenerator generator;
  return google::protobuf::compiler::PluginMain(argc, argv, &generator);
}
