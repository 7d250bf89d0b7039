#include "tests/fuzz/targets.h"

namespace fuzz {

std::span<const Target> targets() {
  static constexpr Target kTargets[] = {
      {"json", json},
      {"yaml", yaml},
      {"toml", toml},
      {"ini", ini},
      {"properties", properties},
      {"dotenv", dotenv},
      {"form", form},
      {"edit_in_place", edit_in_place},
      {"config_templates", config_templates},
      {"units", units},
      {"traceparent", traceparent},
      {"request_head", request_head},
      {"reply_head", reply_head},
      {"chunked", chunked},
      {"url", url},
      {"base64", base64},
  };
  return kTargets;
}

}  // namespace fuzz
