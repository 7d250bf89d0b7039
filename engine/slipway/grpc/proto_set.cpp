#include "slipway/grpc/proto_set.h"

#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

// Keeps the well-known types registered when libprotobuf is linked statically.
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/empty.pb.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/wrappers.pb.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <unordered_map>

#include "slipway/config/schema.h"
#include "slipway/grpc/message_codec.h"

namespace slipway::grpc {
namespace {

namespace fs = std::filesystem;
namespace pb = google::protobuf;

std::optional<std::string> read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

// Finds files in memory first, then below the roots; remembers where each was found for error places.
class Sources final : public pb::compiler::SourceTree {
 public:
  std::vector<std::string> roots;
  std::unordered_map<std::string, std::string> texts;
  std::unordered_map<std::string, std::string> places;  // name -> path on disk

  pb::io::ZeroCopyInputStream* Open(const std::string& name) override {
    if (!texts.count(name)) {
      for (const auto& root : roots) {
        if (auto text = read_text(fs::path(root) / name)) {
          texts[name] = std::move(*text);
          places[name] = (fs::path(root) / name).string();
          break;
        }
      }
    }
    const auto found = texts.find(name);
    if (found == texts.end()) return nullptr;
    return new pb::io::ArrayInputStream(found->second.data(), static_cast<int>(found->second.size()));
  }
  std::string GetLastErrorMessage() override { return "file not found in the import roots"; }
  std::string place(const std::string& name) const {
    const auto found = places.find(name);
    return found == places.end() ? name : found->second;
  }
};

class Problems final : public pb::compiler::MultiFileErrorCollector {
 public:
  explicit Problems(const Sources& sources) : sources_(sources) {}
  void AddError(const std::string& file, int line, int column, const std::string& message) override {
    all_.push_back({Mark{sources_.place(file), line + 1, column + 1}, message});
  }
  bool any() const { return !all_.empty(); }
  Error error() const {
    std::string text = all_.empty() ? "no error was reported" : all_[0].second;
    for (std::size_t i = 1; i < all_.size(); ++i) text += "\n" + all_[i].first.to_string() + ": " + all_[i].second;
    Error e = bad_request(text, "PROTO_INVALID");
    return all_.empty() ? e : e.with_mark(all_[0].first);
  }

 private:
  const Sources& sources_;
  std::vector<std::pair<Mark, std::string>> all_;
};

}  // namespace

struct ProtoSet::Impl {
  Sources sources;
  std::unique_ptr<pb::DescriptorPoolDatabase> builtin;
  std::unique_ptr<pb::compiler::SourceTreeDescriptorDatabase> database;
  std::unique_ptr<pb::DescriptorPool> pool;
  std::unique_ptr<pb::DynamicMessageFactory> factory;
  // Where types and messages come from: the two above, or the code linked into the program.
  const pb::DescriptorPool* types = nullptr;
  pb::MessageFactory* messages = nullptr;
  std::vector<Method> methods;
  std::unordered_map<std::string, std::size_t> by_path;
  mutable std::mutex codecs_mutex;
  mutable std::unordered_map<const pb::Descriptor*, std::unique_ptr<MessageCodec>> codecs;

  const MessageCodec* codec(const pb::Descriptor* type) const {
    std::lock_guard lock(codecs_mutex);
    auto& slot = codecs[type];
    if (!slot) slot = std::make_unique<MessageCodec>(messages->GetPrototype(type), messages);
    return slot.get();
  }

  Status build(const std::vector<std::string>& names) {
    builtin = std::make_unique<pb::DescriptorPoolDatabase>(*pb::DescriptorPool::generated_pool());
    database = std::make_unique<pb::compiler::SourceTreeDescriptorDatabase>(&sources, builtin.get());
    Problems problems(sources);
    database->RecordErrorsTo(&problems);
    pool = std::make_unique<pb::DescriptorPool>(database.get(), database->GetValidationErrorCollector());
    pool->EnforceWeakDependencies(true);
    factory = std::make_unique<pb::DynamicMessageFactory>(pool.get());
    types = pool.get();
    messages = factory.get();
    std::vector<const pb::FileDescriptor*> files;
    for (const auto& name : names) {
      const auto* file = pool->FindFileByName(name);
      if (file == nullptr && !problems.any()) problems.AddError(name, -1, -1, "file not found in the import roots");
      files.push_back(file);
    }
    database->RecordErrorsTo(nullptr);
    if (problems.any()) return problems.error();
    for (const auto* file : files) add_services(*file);
    return {};
  }

  Status link(const std::vector<std::string>& names) {
    types = pb::DescriptorPool::generated_pool();
    messages = pb::MessageFactory::generated_factory();
    for (const auto& name : names) {
      const auto* file = types->FindFileByName(name);
      if (file == nullptr) return bad_request("no code generated from " + name + " is linked into this program", "PROTO_INVALID");
      add_services(*file);
    }
    return {};
  }

  void add_services(const pb::FileDescriptor& file) {
    for (int s = 0; s < file.service_count(); ++s)
      for (int m = 0; m < file.service(s)->method_count(); ++m) add(*file.service(s)->method(m));
  }

  void add(const pb::MethodDescriptor& from) {
    Method m;
    m.service = from.service()->full_name();
    m.name = from.name();
    m.path = "/" + m.service + "/" + m.name;
    m.request_type = from.input_type()->full_name();
    m.reply_type = from.output_type()->full_name();
    m.client_streaming = from.client_streaming();
    m.server_streaming = from.server_streaming();
    pb::SourceLocation at;
    m.where.file = sources.place(from.file()->name());
    if (from.GetSourceLocation(&at)) {
      m.where.line = at.start_line + 1;
      m.where.column = at.start_column + 1;
    }
    m.name_id = telemetry::intern(m.service + "/" + m.name);
    m.request = codec(from.input_type());
    m.reply = codec(from.output_type());
    by_path.emplace(m.path, methods.size());
    methods.push_back(std::move(m));
  }
};

ProtoSet::ProtoSet() : impl_(std::make_unique<Impl>()) {}
ProtoSet::~ProtoSet() = default;

Result<std::shared_ptr<const ProtoSet>> ProtoSet::load_folder(const std::string& folder) {
  std::error_code failure;
  if (!fs::is_directory(folder, failure))
    return not_found("reading .proto files: " + folder + " is not a folder", "PROTO_FOLDER_MISSING");
  std::vector<std::string> files;
  for (fs::recursive_directory_iterator it(folder, failure), end; !failure && it != end; it.increment(failure))
    if (it->is_regular_file(failure) && it->path().extension() == ".proto")
      files.push_back(fs::relative(it->path(), folder, failure).generic_string());
  if (failure) return bad_request("reading .proto files below " + folder + ": " + failure.message());
  std::sort(files.begin(), files.end());
  return load({folder}, files);
}

Result<std::shared_ptr<const ProtoSet>> ProtoSet::load(const std::vector<std::string>& roots,
                                                       const std::vector<std::string>& files) {
  std::shared_ptr<ProtoSet> set(new ProtoSet);
  set->impl_->sources.roots = roots;
  if (auto built = set->impl_->build(files); !built) return built.error();
  return std::shared_ptr<const ProtoSet>(std::move(set));
}

Result<std::shared_ptr<const ProtoSet>> ProtoSet::parse(
    const std::vector<std::pair<std::string, std::string>>& files) {
  std::shared_ptr<ProtoSet> set(new ProtoSet);
  std::vector<std::string> names;
  for (const auto& [name, text] : files) {
    set->impl_->sources.texts[name] = text;
    names.push_back(name);
  }
  if (auto built = set->impl_->build(names); !built) return built.error();
  return std::shared_ptr<const ProtoSet>(std::move(set));
}

Result<std::shared_ptr<const ProtoSet>> ProtoSet::linked(const std::vector<std::string>& files) {
  std::shared_ptr<ProtoSet> set(new ProtoSet);
  if (auto linked = set->impl_->link(files); !linked) return linked.error();
  return std::shared_ptr<const ProtoSet>(std::move(set));
}

const std::vector<Method>& ProtoSet::methods() const { return impl_->methods; }

const Method* ProtoSet::find(std::string_view method) const {
  std::string path(method);
  if (path.empty() || path[0] != '/') path.insert(path.begin(), '/');
  if (const auto found = impl_->by_path.find(path); found != impl_->by_path.end())
    return &impl_->methods[found->second];
  const Method* match = nullptr;  // "Inventory/Reserve"
  path[0] = '.';
  for (const auto& m : impl_->methods) {
    if (!std::string_view(m.path).ends_with(path)) continue;
    if (match != nullptr) return nullptr;
    match = &m;
  }
  return match;
}

Result<const Method*> ProtoSet::require(std::string_view method) const {
  if (const Method* found = find(method)) return found;
  if (impl_->methods.empty())
    return not_found("gRPC method " + std::string(method) + " is unknown: no .proto file declares a service",
                     "METHOD_UNKNOWN");
  if (method.starts_with('/')) method.remove_prefix(1);
  std::vector<std::string> known;
  for (const auto& m : impl_->methods) known.push_back(m.path.substr(1));
  auto near = config::nearest_names(method, known, 3);
  if (near.empty()) near.assign(known.begin(), known.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(known.size(), 3)));
  std::string text = "gRPC method " + std::string(method) + " is unknown; there is ";
  for (std::size_t i = 0; i < near.size(); ++i) text += (i ? ", " : "") + near[i];
  return not_found(text, "METHOD_UNKNOWN");
}

Value ProtoSet::example(const Method& method) const {
  const auto* type = impl_->types->FindMessageTypeByName(method.request_type);
  return type ? example_of(type) : Value(Value::Map{});
}

const codec::Codec* ProtoSet::message(std::string_view full_name) const {
  const auto* type = impl_->types->FindMessageTypeByName(std::string(full_name));
  return type ? impl_->codec(type) : nullptr;
}

}  // namespace slipway::grpc
