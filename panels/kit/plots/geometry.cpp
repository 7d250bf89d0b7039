#include "panels/kit/plots/geometry.h"

namespace panels::kit::plots {

std::vector<std::uint32_t> visible_rows(const WaterfallGeometry& geometry, const std::vector<bool>& closed) {
  std::vector<std::uint32_t> visible;
  visible.reserve(geometry.rows.size());
  for (std::uint32_t i = 0; i < geometry.rows.size();) {
    const BarRow& row = geometry.rows[i];
    if (row.group >= 0 && closed[static_cast<std::size_t>(row.group)]) {
      ++i;  // a member of a closed group; what it wraps stays
      continue;
    }
    visible.push_back(i);
    i = closed[i] && !row.is_group && row.subtree_end > i ? row.subtree_end : i + 1;
  }
  return visible;
}

}  // namespace panels::kit::plots
