#include "panels/kit/span_inspector.h"

#include <QPointer>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "panels/kit/plots/compare_plots.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/trace_geometry.h"

namespace panels::kit {
namespace {

using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;
using workbench::recorder::TraceSpan;

QString tr(const char* text) { return QCoreApplication::translate("SpanInspector", text); }

QString kind_words(const TraceSpan& span) {
  const QString at = QString::fromStdString(span.instance.empty() ? span.service : span.instance);
  switch (span.kind) {
    case SpanKind::Step: return tr("Span, middleware of %1").arg(at);
    case SpanKind::Client: return tr("Call made by %1").arg(at);
    case SpanKind::Sql: return tr("SQL statement of %1").arg(at);
    case SpanKind::Cache: return tr("Cache access of %1").arg(at);
    default: return tr("Span of %1").arg(at);
  }
}

QString icon_of(const TraceSpan& span) {
  switch (span.kind) {
    case SpanKind::Step: return QStringLiteral("shield");
    case SpanKind::Sql:
    case SpanKind::Cache: return QStringLiteral("data");
    case SpanKind::Client: return QStringLiteral("swap");
    default: return QStringLiteral("clock");
  }
}

plots::HistogramData histogram_of(const Standing& s, std::int64_t marked_ns, int series) {
  plots::HistogramData data;
  data.bars = s.bars;
  data.series = series;
  if (s.highest_ns > s.lowest_ns && s.lowest_ns > 0) {
    const double span = std::log(s.highest_ns / s.lowest_ns);
    data.marker = std::clamp(std::log(std::max(1.0, static_cast<double>(marked_ns)) / s.lowest_ns) / span, 0.0, 1.0);
    const plots::TimeUnit unit = plots::unit_for(s.highest_ns);
    data.ticks = {{0.0, plots::in_unit(s.lowest_ns, unit)}, {1.0, plots::in_unit(s.highest_ns, unit) + QLatin1Char(' ') + QString::fromUtf8(unit.name)}};
  }
  data.marker_text = tr("this one, p%1").arg(s.percentile, 0, 'f', s.percentile > 99 ? 1 : 0);
  return data;
}

}  // namespace

std::vector<std::int64_t> durations_of(const std::vector<workbench::recorder::TracePtr>& traces, const std::string& service, const std::string& name) {
  std::vector<std::int64_t> all;
  for (const auto& trace : traces)
    for (const TraceSpan& span : trace->spans)
      if (span.name == name && span.service == service && span.status != SpanStatus::NotReached) all.push_back(span.duration_ns);
  return all;
}

Standing standing_of(const std::vector<std::int64_t>& durations, std::int64_t marked) {
  Standing s;
  if (durations.empty()) return s;
  std::vector<std::int64_t> sorted = durations;
  std::sort(sorted.begin(), sorted.end());
  s.count = sorted.size();
  s.lowest_ns = static_cast<double>(std::max<std::int64_t>(1, sorted.front())) * 0.9;
  s.highest_ns = static_cast<double>(std::max<std::int64_t>(2, sorted.back())) * 1.1;
  s.bars.assign(28, 0);
  const double span = std::log(s.highest_ns / s.lowest_ns);
  for (const std::int64_t d : sorted) {
    const double at = std::log(std::max(1.0, static_cast<double>(d)) / s.lowest_ns) / span;
    ++s.bars[std::min<std::size_t>(s.bars.size() - 1, static_cast<std::size_t>(std::max(0.0, at) * static_cast<double>(s.bars.size())))];
  }
  const auto not_above = std::upper_bound(sorted.begin(), sorted.end(), marked) - sorted.begin();
  s.percentile = 100.0 * static_cast<double>(not_above) / static_cast<double>(sorted.size());
  const auto at = [&](double p) { return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(p * static_cast<double>(sorted.size())))]; };
  s.p50_ns = at(0.5), s.p99_ns = at(0.99), s.p999_ns = at(0.999);
  return s;
}

InspectorView* make_span_inspector(Session* session, workbench::recorder::TracePtr trace, std::size_t index, QWidget* parent) {
  if (!trace || index >= trace->spans.size()) return nullptr;
  const TraceSpan& span = trace->spans[index];
  auto* view = new InspectorView(icon_of(span), kind_words(span), QString::fromStdString(span.name), parent);
  const auto ms = [](std::int64_t ns) { return plots::duration_text(static_cast<double>(ns)); };
  view->add_section(tr("Cost"));
  view->add_row(tr("Start"), QStringLiteral("+") + ms(span.start_ns - trace->start_ns));
  if (span.kind == SpanKind::Step && span.status != SpanStatus::NotReached) {
    view->add_row(tr("Self, enter"), ms(span.enter_ns));
    view->add_row(tr("Self, exit"), ms(span.exit_ns));
  } else {
    view->add_row(tr("Self, total"), ms(span.self_ns));
  }
  view->add_row(tr("Total with inside"), ms(span.duration_ns));
  if (trace->duration_ns > 0)
    view->add_row(tr("Own share of the trace"), plots::percent_text(static_cast<double>(span.self_ns) / static_cast<double>(trace->duration_ns)));
  view->add_row(tr("On the critical path"), span.critical ? ms(span.self_ns) : tr("no"));

  if (span.status != SpanStatus::Ok || span.name == "rate_limit" || span.name == "auth") {
    auto* section = view->add_section(tr("Decision"));
    TagSpec tag;
    tag.tinted = true;
    QString why = attribute_of(span, "reason");
    switch (span.status) {
      case SpanStatus::Stopped: tag.text = tr("stopped"), tag.token = Token::Warn, tag.icon = QStringLiteral("octagon"); break;
      case SpanStatus::Error: tag.text = tr("failed"), tag.token = Token::Err, tag.icon = QStringLiteral("error"); break;
      case SpanStatus::NotReached: tag.text = tr("not reached"), tag.token = Token::Tx2, tag.struck = true; break;
      case SpanStatus::Ok: tag.text = tr("passed"), tag.token = Token::Ok, tag.icon = QStringLiteral("check"); break;
    }
    QString tokens = attribute_of(span, "rate.tokens");
    if (tokens.isEmpty()) tokens = attribute_of(span, "tokens.remaining");
    const QString burst = attribute_of(span, "rate.burst");
    if (why.isEmpty() && !tokens.isEmpty()) why = burst.isEmpty() ? tr("%1 tokens left").arg(tokens) : tr("%1 of %2 tokens left").arg(tokens, burst);
    auto* line = new QHBoxLayout;
    line->setSpacing(gap::kM);
    line->addWidget(new Tag(tag));
    auto* words = label(why, Type::Body, Token::Tx2);
    words->setWordWrap(true);
    line->addWidget(words, 1);
    section->addLayout(line);
  }

  const QStringList keys = config_keys_of(span);
  const auto open_key = [session = QPointer<Session>(session)](const QString& key) {
    return [session, key] {
      if (session) session->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, key, {}});
    };
  };
  if (!keys.isEmpty()) {
    view->add_section(tr("Settings that shaped it"));
    for (const QString& key : keys) {
      QString value;
      for (const auto& row : session->views().config.rows)
        if (row.key == key.toStdString()) value = QString::fromStdString(row.text);
      view->add_link(key, value.isEmpty() ? tr("open") : value, open_key(key));
    }
  }

  if (span.status != SpanStatus::NotReached) {
    const Standing near = standing_of(durations_of(session->views().traces, span.service, span.name), span.duration_ns);
    view->add_section(tr("%1 among all kept").arg(QString::fromStdString(span.name)), near.count == 1 ? tr("1 span") : tr("%1 spans").arg(plots::compact_count(near.count)));
    auto* bars = new plots::BarHistogram;
    const int series = plots::series_of_service(QString::fromStdString(span.service));
    bars->set_data(histogram_of(near, span.duration_ns, series));
    view->add_widget(bars);
    QLabel* p50 = view->add_row(QStringLiteral("p50"), ms(near.p50_ns));
    QLabel* p99 = view->add_row(QStringLiteral("p99"), ms(near.p99_ns));
    if (session->is_live())
      ask_standing(session, span.service, span.name, span.duration_ns,
                   [bars = QPointer<plots::BarHistogram>(bars), p50 = QPointer<QLabel>(p50), p99 = QPointer<QLabel>(p99), marked = span.duration_ns, series, ms](Standing all) {
                     if (!bars || all.count == 0) return;
                     bars->set_data(histogram_of(all, marked, series));
                     if (p50) p50->setText(ms(all.p50_ns));
                     if (p99) p99->setText(ms(all.p99_ns));
                   });
  }

  view->add_section(tr("Attributes"));
  for (const auto& [key, value] : span.attributes)
    if (key != "config.key" && key != "detail" && key != "note") view->add_row(QString::fromStdString(key), QString::fromStdString(value));
  view->add_row(QStringLiteral("trace.id"), QString::fromStdString(trace->id).left(8));
  view->add_row(QStringLiteral("span.id"), QString::fromStdString(span.id).left(8));

  if (!keys.isEmpty()) {
    auto* config = button(tr("Open in Config"), QStringLiteral("sliders"));
    QObject::connect(config, &QPushButton::clicked, view, open_key(keys.front()));
    view->add_action(config);
  }
  auto* like = button(tr("Find like it"), QStringLiteral("search"));
  const QString filter = QStringLiteral("name=\"%1\" service=%2").arg(QString::fromStdString(span.name), QString::fromStdString(span.service));
  QObject::connect(like, &QPushButton::clicked, view, [session = QPointer<Session>(session), filter] {
    if (session) session->open(QStringLiteral("traces"), {Selection::Kind::None, filter, QStringLiteral("filter")});
  });
  view->add_action(like);
  return view;
}

}  // namespace panels::kit
