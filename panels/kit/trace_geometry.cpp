#include "panels/kit/trace_geometry.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <unordered_map>

#include "panels/kit/plots/style.h"

namespace panels::kit {
namespace {

using plots::BarRow;
using plots::Segment;
using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;
using workbench::recorder::Trace;
using workbench::recorder::TraceSpan;

QString tr(const char* text) { return QCoreApplication::translate("Trace", text); }

bool is_plumbing(const TraceSpan& span) {
  static const std::vector<std::string> names{"recovery", "tracing", "logging", "access_log", "metrics", "metadata", "timeout", "deadline", "request_id"};
  return span.kind == SpanKind::Step && span.status == SpanStatus::Ok && std::find(names.begin(), names.end(), span.name) != names.end();
}

// Ends of every span's subtree; spans are depth-first.
std::vector<std::uint32_t> subtree_ends(const Trace& trace) {
  const auto count = static_cast<std::uint32_t>(trace.spans.size());
  std::vector<std::uint32_t> ends(count, count), open;
  for (std::uint32_t i = 0; i < count; ++i) {
    while (!open.empty() && trace.spans[open.back()].depth >= trace.spans[i].depth) ends[open.back()] = i, open.pop_back();
    open.push_back(i);
  }
  return ends;
}

// The parts of a span in which nothing inside it ran.
void own_segments(const Trace& trace, std::uint32_t at, std::uint32_t end, std::vector<Segment>& out) {
  const TraceSpan& span = trace.spans[at];
  const double origin = static_cast<double>(trace.start_ns);
  const double from = static_cast<double>(span.start_ns) - origin, to = from + static_cast<double>(span.duration_ns);
  if (span.kind == SpanKind::Step && (span.enter_ns > 0 || span.exit_ns > 0)) {
    if (span.enter_ns > 0) out.push_back({from, from + static_cast<double>(span.enter_ns)});
    if (span.exit_ns > 0) out.push_back({to - static_cast<double>(span.exit_ns), to});
    return;
  }
  double cursor = from;
  for (std::uint32_t i = at + 1; i < end; ++i) {
    const TraceSpan& child = trace.spans[i];
    if (child.depth != span.depth + 1 || child.status == SpanStatus::NotReached) continue;
    const double a = static_cast<double>(child.start_ns) - origin, b = a + static_cast<double>(child.duration_ns);
    if (a > cursor) out.push_back({cursor, std::min(a, to)});
    cursor = std::max(cursor, b);
  }
  if (cursor < to) out.push_back({cursor, to});
}

BarRow::Mark mark_of(const TraceSpan& span) {
  switch (span.status) {
    case SpanStatus::Error: return BarRow::Mark::Error;
    case SpanStatus::Stopped: return BarRow::Mark::Stopped;
    case SpanStatus::NotReached: return BarRow::Mark::NotReached;
    case SpanStatus::Ok: break;
  }
  return BarRow::Mark::None;
}

}  // namespace

QString attribute_of(const TraceSpan& span, const char* key) {
  for (const auto& [name, value] : span.attributes)
    if (name == key) return QString::fromStdString(value);
  return {};
}

QStringList config_keys_of(const TraceSpan& span) {
  QStringList keys;
  for (const auto& [name, value] : span.attributes) {
    if (name != "config.key") continue;
    for (const QString& part : QString::fromStdString(value).split(QLatin1Char(','), Qt::SkipEmptyParts)) keys << part.trimmed();
  }
  keys.removeDuplicates();
  return keys;
}

QString span_detail(const TraceSpan& span) {
  const QString own = attribute_of(span, "detail");
  if (!own.isEmpty()) return own;
  switch (span.kind) {
    case SpanKind::Server: return QString::fromStdString(span.instance.empty() ? span.service : span.instance);
    case SpanKind::Client: return tr("call");
    case SpanKind::Step: return tr("step");
    case SpanKind::Handler: return attribute_of(span, "behaviour");
    case SpanKind::Sql: return tr("sql");
    case SpanKind::Cache: return attribute_of(span, "cache.key").isEmpty() ? tr("cache") : attribute_of(span, "cache.key");
    case SpanKind::Internal: break;
  }
  return {};
}

plots::WaterfallGeometry trace_geometry(const Trace& trace) {
  plots::WaterfallGeometry g;
  g.total = static_cast<double>(trace.duration_ns);
  const auto count = static_cast<std::uint32_t>(trace.spans.size());
  const std::vector<std::uint32_t> ends = subtree_ends(trace);
  // How many levels the groups above a span have folded into one.
  std::vector<std::uint32_t> row_of(count, 0);
  std::vector<int> folded(count + 1, 0);
  std::vector<std::int32_t> group_of(count, -1);
  struct Fold {
    std::uint32_t end;
    int levels;
  };
  std::vector<Fold> folds;
  const double origin = static_cast<double>(trace.start_ns);
  for (std::uint32_t i = 0; i < count; ++i) {
    const TraceSpan& span = trace.spans[i];
    while (!folds.empty() && folds.back().end <= i) folds.pop_back();
    int less = 0;
    for (const Fold& f : folds) less += f.levels;
    // A run of plumbing steps, each the only child of the one before.
    if (group_of[i] < 0 && is_plumbing(span)) {
      std::uint32_t last = i;
      while (last + 1 < ends[i] && is_plumbing(trace.spans[last + 1]) && trace.spans[last + 1].depth == trace.spans[last].depth + 1 && ends[last + 1] == ends[last]) ++last;
      if (last > i) {
        BarRow header;
        QStringList names;
        header.start = static_cast<double>(span.start_ns) - origin;
        header.end = header.start + static_cast<double>(span.duration_ns);
        header.first_segment = static_cast<std::uint32_t>(g.segments.size());
        std::vector<Segment> own;
        for (std::uint32_t k = i; k <= last; ++k) {
          names << QString::fromStdString(trace.spans[k].name);
          own_segments(trace, k, ends[k], own);
          header.self += static_cast<double>(trace.spans[k].self_ns);
          header.critical = header.critical || trace.spans[k].critical;
          group_of[k] = static_cast<std::int32_t>(g.rows.size());
        }
        std::sort(own.begin(), own.end(), [](const Segment& a, const Segment& b) { return a.from < b.from; });
        g.segments.insert(g.segments.end(), own.begin(), own.end());
        header.segment_count = static_cast<std::uint32_t>(own.size());
        header.name = names.join(QStringLiteral(", "));
        header.detail = QCoreApplication::translate("Trace", "%1 steps").arg(last - i + 1);
        header.series = static_cast<std::uint8_t>(plots::series_of_service(QString::fromStdString(span.service)));
        header.depth = static_cast<std::uint16_t>(std::max(0, span.depth - less));
        header.is_group = true;
        g.rows.push_back(header);
        // Members stand one level below their header, and what they wrap too, whether it is open or closed.
        folds.push_back({ends[i], static_cast<int>(last - i)});
      }
    }
    BarRow row;
    row.name = QString::fromStdString(span.name);
    row.detail = span_detail(span);
    row.note = attribute_of(span, "note");
    row.start = static_cast<double>(span.start_ns) - origin;
    row.end = row.start + static_cast<double>(span.duration_ns);
    row.self = static_cast<double>(span.self_ns);
    row.first_segment = static_cast<std::uint32_t>(g.segments.size());
    if (span.status != SpanStatus::NotReached) own_segments(trace, i, ends[i], g.segments);
    row.segment_count = static_cast<std::uint32_t>(g.segments.size()) - row.first_segment;
    row.group = group_of[i];
    row.span = static_cast<std::int32_t>(i);
    row.depth = row.group >= 0 ? static_cast<std::uint16_t>(g.rows[static_cast<std::size_t>(row.group)].depth + 1)
                               : static_cast<std::uint16_t>(std::max(0, span.depth - less));
    row.series = static_cast<std::uint8_t>(plots::series_of_service(QString::fromStdString(span.service)));
    row.mark = mark_of(span);
    row.critical = span.critical;
    row.strong = span.kind == SpanKind::Server;
    row.has_children = row.group < 0 && ends[i] > i + 1;
    row_of[i] = static_cast<std::uint32_t>(g.rows.size());
    g.rows.push_back(row);
  }
  // Subtree ends in rows: the row of the span that follows, or the header that stands before it.
  for (BarRow& row : g.rows) {
    if (row.span < 0) continue;
    const std::uint32_t after = ends[static_cast<std::size_t>(row.span)];
    if (after >= count)
      row.subtree_end = static_cast<std::uint32_t>(g.rows.size());
    else
      row.subtree_end = group_of[after] >= 0 && group_of[after] > static_cast<std::int32_t>(row_of[static_cast<std::size_t>(row.span)])
                            ? static_cast<std::uint32_t>(group_of[after])
                            : row_of[after];
  }
  for (const std::string& service : trace.services()) {
    const QString name = QString::fromStdString(service);
    g.legend.push_back({name, plots::series_of_service(name)});
  }
  return g;
}

QString waterfall_tsv(const plots::WaterfallGeometry& geometry) {
  QString out = tr("span\tdetail\tdepth\tstart ns\ttotal ns\tself ns\tcritical\n");
  for (const BarRow& r : geometry.rows)
    if (!r.is_group)
      out += QStringLiteral("%1\t%2\t%3\t%4\t%5\t%6\t%7\n").arg(r.name, r.detail).arg(r.depth).arg(r.start, 0, 'f', 0).arg(r.end - r.start, 0, 'f', 0).arg(r.self, 0, 'f', 0).arg(r.critical ? 1 : 0);
  return out;
}

}  // namespace panels::kit
