#include <algorithm>
#include <cmath>

#include "panels/kit/span_inspector.h"

namespace panels::kit {

void ask_standing(Session* session, const std::string& service, const std::string& name, std::int64_t marked_ns, std::function<void(Standing)> done) {
  session->look<Standing>(
      QCoreApplication::translate("SpanInspector", "Statistics of %1").arg(QString::fromStdString(name)),
      [service, name, marked_ns](Backend& run) -> slipway::Result<Standing> {
        const slipway::Histogram all = run.span_statistics(service, name);
        Standing s;
        s.count = all.count();
        if (s.count == 0) return s;
        s.lowest_ns = std::max(1.0, static_cast<double>(all.min()) * 0.9);
        s.highest_ns = std::max(2.0, static_cast<double>(all.max()) * 1.1);
        s.bars.assign(28, 0);
        const double span = std::log(s.highest_ns / s.lowest_ns);
        std::uint64_t below = 0;
        all.for_each([&](std::int64_t low, std::int64_t high, std::uint64_t count) {
          const double at = std::log(std::max(1.0, static_cast<double>(low + high) / 2) / s.lowest_ns) / span;
          s.bars[std::min<std::size_t>(s.bars.size() - 1, static_cast<std::size_t>(std::max(0.0, at) * static_cast<double>(s.bars.size())))] += static_cast<double>(count);
          if (low <= marked_ns) below += count;
        });
        s.percentile = 100.0 * static_cast<double>(below) / static_cast<double>(s.count);
        s.p50_ns = all.percentile(50), s.p99_ns = all.percentile(99), s.p999_ns = all.percentile(99.9);
        return s;
      },
      [done = std::move(done)](slipway::Result<Standing> result) {
        if (result.ok()) done(*result);
      });
}

}  // namespace panels::kit
