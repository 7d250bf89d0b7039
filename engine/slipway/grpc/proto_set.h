// ProtoSet: the methods of a set of .proto files, read at run time, so that any service can be served or called without
// generated code. Each method carries codecs between message bytes and Value.
//
// Immutable and thread-safe once loaded; hold it by shared_ptr, codecs live as long as it does. Loading reads files
// and blocks. Well-known types (google/protobuf/*.proto) are built in.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/codec/codec.h"
#include "slipway/telemetry/call_trace.h"

namespace slipway::grpc {

struct Method {
  std::string path;       // "/inventory.v1.Inventory/Reserve", as on the wire
  std::string service;    // "inventory.v1.Inventory"
  std::string name;       // "Reserve"
  std::string request_type, reply_type;  // "inventory.v1.ReserveRequest"
  bool client_streaming = false, server_streaming = false;
  bool unary() const { return !client_streaming && !server_streaming; }
  Mark where;             // of the rpc line
  telemetry::NameId name_id = 0;         // of "inventory.v1.Inventory/Reserve", for spans
  const codec::Codec* request = nullptr;  // never null
  const codec::Codec* reply = nullptr;
};

class ProtoSet {
 public:
  // Every *.proto below `folder`, which is the import root. A file that does not parse or whose types are missing is
  // BAD_REQUEST / PROTO_INVALID at file:line:column; `message` lists every problem, one per line.
  static Result<std::shared_ptr<const ProtoSet>> load_folder(const std::string& folder);
  // These files, found (like their imports) below the roots, first root first. Names are relative to a root.
  static Result<std::shared_ptr<const ProtoSet>> load(const std::vector<std::string>& roots,
                                                      const std::vector<std::string>& files);
  // From memory: (name, text) pairs, which may import each other.
  static Result<std::shared_ptr<const ProtoSet>> parse(
      const std::vector<std::pair<std::string, std::string>>& files);
  // From code that protoc generated and that is linked into this program: nothing is read, messages are of the generated classes.
  // Names as protoc was given them. BAD_REQUEST / PROTO_INVALID for a file without such code.
  static Result<std::shared_ptr<const ProtoSet>> linked(const std::vector<std::string>& files);
  ~ProtoSet();

  const std::vector<Method>& methods() const;  // by file, then in order of declaration
  // "/pkg.Svc/Method", "pkg.Svc/Method" or, when unique, "Svc/Method". nullptr when there is none.
  const Method* find(std::string_view method) const;
  // find() with an error that names the nearest methods: NOT_FOUND / METHOD_UNKNOWN.
  Result<const Method*> require(std::string_view method) const;
  // A request with every field at its default: what an editor offers as a first body.
  Value example(const Method& method) const;
  // A codec for any message of the set ("inventory.v1.Item"); nullptr when unknown.
  const codec::Codec* message(std::string_view full_name) const;

 private:
  ProtoSet();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::grpc
