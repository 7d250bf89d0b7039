// A workbench plugin: the behaviour "shout", which answers in capitals, with its three faces.
#include <cctype>

#include "slipway/plugin/abi.h"
#include "workbench/behaviour/behaviour.h"

using namespace slipway;
using namespace workbench;

namespace {

class Shout final : public behaviour::Behaviour {
 public:
  explicit Shout(std::string text) : text_(std::move(text)) {
    for (char& c : text_) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  std::string_view kind() const override { return "shout"; }
  std::string summary() const override { return "shout " + text_; }
  Status run(middleware::Call& call, behaviour::Variables&, behaviour::Runtime&) const override {
    call.reply.content_type = "text/plain";
    call.reply.body = text_ + "!";
    return {};
  }
  void write_cpp(behaviour::CppWriter& out) const override {
    out.line("call.reply.content_type = \"text/plain\";");
    out.line("call.reply.body = \"" + text_ + "!\";");
  }

 private:
  std::string text_;
};

class ShoutPlugin final : public plugin::Plugin {
 public:
  const plugin::Manifest& manifest() const override {
    static const plugin::Manifest manifest{.name = "shout", .version = "1.0.0", .about = "A behaviour that answers in capitals."};
    return manifest;
  }
  Status install(plugin::Offer& offer) override { return offer.add<behaviour::Kinds>("shout", read); }

 private:
  static Result<behaviour::BehaviourPtr> read(const Value& step, behaviour::ReadContext& context) {
    if (!step.is_string()) {
      Mark where = context.names.where;
      if (step.line > 0) where.line = step.line, where.column = step.column;
      return bad_request("shout takes a text (- shout: hello)", "BEHAVIOUR_INVALID").with_mark(where);
    }
    return behaviour::BehaviourPtr(std::make_shared<Shout>(step.as_string()));
  }
};

}  // namespace

SLIPWAY_PLUGIN(ShoutPlugin)
