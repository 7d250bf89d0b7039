#include "workbench/bench/yardsticks.h"

namespace workbench::bench {

const std::vector<Yardstick>& yardsticks() {
  static const std::vector<Yardstick> all{
      {"middleware_chain", "ten synchronous steps", "ten indirect calls", "BM_SynchronousSteps/10", "BM_SynchronousSteps/0", "BM_TenIndirectCalls", "", 1.5},
      {"middleware_chain", "ten awaitable steps", "ten bare awaitable frames", "BM_AwaitableSteps/11", "BM_AwaitableSteps/1", "BM_BareFrames/11", "BM_BareFrames/1", 1.2},
      {"instance_access", "a held handle", "a Meyers static", "by_handle/threads:1", "", "yardstick/meyers_static/threads:1", "", 1.2},
      {"instance_access", "by name", "a bare flat map find", "by_name/threads:1", "", "yardstick/flat_map_find/threads:1", "", 2},
      {"instance_access", "an injected reference", "a direct reference", "injected/threads:1", "", "yardstick/direct_reference/threads:1", "", 1.1},
      {"config_read", "a bound handle", "a relaxed atomic load", "bound_handle", "", "relaxed_load", "", 4},
      {"config_read", "a bound handle under reloads", "a relaxed atomic load", "bound_handle_reloading", "", "relaxed_load", "", 4},
      {"config_read", "by path", "a bare flat map find", "by_path", "", "flat_map_find", "", 2},
      {"config_read", "a reload of 10 000 keys", "parsing them", "reload_10k_keys", "", "parse_10k_keys", "", 3},
      {"simulator", "events of p2c, 1 000 nodes", "a bare priority queue", "simulate/p2c/1000", "", "yardstick/priority_queue/1000", "", 0.4, "events_per_s"},
      {"waterfall_frame", "a frame of 100k spans, far out", "a fillRect per span", "BM_WaterfallFar", "", "BM_FillRectPerSpan", "", 0.3},
  };
  return all;
}

}  // namespace workbench::bench
