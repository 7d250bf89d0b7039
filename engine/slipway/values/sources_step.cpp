#include "slipway/values/sources_step.h"

namespace slipway::values {
namespace {

class SourcesStep final : public middleware::Middleware {
 public:
  explicit SourcesStep(Sources sources) : sources_(sources) {}
  std::string_view name() const override { return "sources"; }
  std::optional<Status> before(middleware::Call& call) override {
    call.context = call.context.with_value(sources_);
    return std::nullopt;
  }

 private:
  Sources sources_;
};

}  // namespace

middleware::MiddlewarePtr make_sources_step(Sources sources) { return std::make_shared<SourcesStep>(sources); }

}  // namespace slipway::values
