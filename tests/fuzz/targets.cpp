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
      {"command_line", command_line},
      {"environment", environment},
      {"paths", paths},
      {"typed_reads", typed_reads},
      {"log_config", log_config},
      {"version_range", version_range},
      {"error_body", error_body},
      {"grpc_status", grpc_status},
      {"error_proto", error_proto},
  };
  return kTargets;
}

}  // namespace fuzz
