#include "slipway/config/family.h"

namespace slipway::config {

namespace {

// A shared source as one that a Config owns.
class SharedSource final : public Source {
 public:
  explicit SharedSource(std::shared_ptr<Source> source) : Source(source->name(), source->rank()), source_(std::move(source)) {}
  Result<Document> load() override { return source_->load(); }
  std::vector<std::string> files() const override { return source_->files(); }
  void watch(std::function<void()> changed) override { source_->watch(std::move(changed)); }
  void stop() override { source_->stop(); }
  bool folded() const override { return source_->folded(); }
  bool writable() const override { return source_->writable(); }
  Status write(const std::vector<Edit>& edits) override { return source_->write(edits); }

 private:
  std::shared_ptr<Source> source_;
};

}  // namespace

Result<std::unique_ptr<Source>> SourceKinds::open(std::string_view kind, std::string user, const Value& options) const {
  auto made = make(kind, std::move(user), options);
  if (!made) return made.error();
  return std::unique_ptr<Source>(std::make_unique<SharedSource>(std::move(*made)));
}

}  // namespace slipway::config
