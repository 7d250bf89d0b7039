// Units: how durations, counts and axes are written, so that one column keeps one unit and one number of decimals.
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

namespace panels::kit::plots {

struct TimeUnit {
  const char* name;  // "ns", "µs", "ms", "s"
  double ns;         // of one
};

TimeUnit unit_for(double ns);                           // in which `ns` reads best
QString in_unit(double ns, const TimeUnit& unit);       // number only, 3 significant digits, at most 2 decimals
QString duration_text(double ns);                       // "4.20 ms"
QString grouped(std::uint64_t n);                       // "110 855"
QString compact_count(std::uint64_t n);                 // "463k", "1.2M"
QString percent_text(double share, int decimals = 1);   // 0.144 -> "14.4 %"
QString short_number(double v);                         // axis labels: "0.35", "2 000", "10"
QString size_text(std::uint64_t bytes);                 // "312 B", "1.4 KiB"

// Round steps (1, 2, 5 × 10^n) that cut [from, to] into about `count` pieces; the ticks lie inside.
std::vector<double> nice_ticks(double from, double to, int count);
double nice_ceiling(double v);  // the next round number at or above v, for the top of an axis

}  // namespace panels::kit::plots
