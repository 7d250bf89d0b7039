// Slo: one objective of a load run, as people write it.
//
//   p99<20ms  p(95)<=200ms  service.p50<1ms  max<1s  errors<1%  errors<=3  rate>450  dropped==0
//
// Percentiles are of response time unless they say `service.`. Anything else is BAD_REQUEST / SLO_INVALID with the fix.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/histogram.h"
#include "workbench/traffic/load_run.h"

namespace workbench::traffic {

struct SloRule {
  enum class Metric { Percentile, Max, Mean, Errors, ErrorShare, Rate, Dropped };
  enum class Compare { Less, LessEqual, More, MoreEqual, Equal };
  std::string text;
  Metric metric = Metric::Percentile;
  Compare compare = Compare::Less;
  bool service = false;
  double percentile = 0;  // 0..100
  double bound = 0;       // ns, count, share 0..1, or requests/s
};

// What the rules are held against.
struct SloFigures {
  const slipway::Histogram* response = nullptr;
  const slipway::Histogram* service = nullptr;
  std::uint64_t requests = 0, errors = 0, dropped = 0;
  double rate_per_s = 0;
};

slipway::Result<SloRule> parse_slo(std::string_view text);
// A latency rule without a single reply does not hold: nothing was shown.
Slo evaluate(const SloRule& rule, const SloFigures& figures);

}  // namespace workbench::traffic
