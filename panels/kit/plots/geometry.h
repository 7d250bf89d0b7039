// Geometry of a waterfall: rows and segments in nanoseconds since the trace began, colours as indices. What is painted,
// with no trace behind it. Rows stand in depth-first order.
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

namespace panels::kit::plots {

struct Segment {
  double from = 0, to = 0;
};

struct BarRow {
  enum class Mark : std::uint8_t { None, Error, Stopped, NotReached };
  QString name, detail;            // "rate_limit" "step"
  QString note;                    // written on the bar while it is selected and wide enough
  double start = 0, end = 0;
  double self = 0;
  std::uint32_t first_segment = 0, segment_count = 0;  // own time, in WaterfallGeometry::segments
  std::uint32_t subtree_end = 0;   // index after the last descendant
  std::int32_t group = -1;         // hidden while that header row is closed
  std::int32_t span = -1;          // the source's index; -1 for a group header
  std::uint16_t depth = 0;
  std::uint8_t series = 0;
  Mark mark = Mark::None;
  bool critical = false, strong = false, is_group = false, has_children = false;
};

struct LegendEntry {
  QString name;
  int series = 0;
};

struct WaterfallGeometry {
  double total = 0;                // ns
  std::vector<BarRow> rows;
  std::vector<Segment> segments;
  std::vector<LegendEntry> legend;
};

// Indices of the rows that are not under a closed one. `closed` has one flag per row.
std::vector<std::uint32_t> visible_rows(const WaterfallGeometry& geometry, const std::vector<bool>& closed);

}  // namespace panels::kit::plots
