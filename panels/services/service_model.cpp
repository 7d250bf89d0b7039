#include "panels/services/service_model.h"

#include <cmath>

namespace panels::services {

using kit::Cell;
using kit::TagSpec;
using kit::Token;
using workbench::host::ServiceRow;
using workbench::host::ServiceState;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }
const QString kNothing = QStringLiteral("-");

QString uptime(slipway::Duration d) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(d).count();
  if (s < 60) return QStringLiteral("%1s").arg(s);
  if (s < 3600) return QStringLiteral("%1m %2s").arg(s / 60).arg(s % 60, 2, 10, QLatin1Char('0'));
  if (s < 86400) return QStringLiteral("%1h %2m").arg(s / 3600).arg(s / 60 % 60, 2, 10, QLatin1Char('0'));
  return QStringLiteral("%1d %2h").arg(s / 86400).arg(s / 3600 % 24, 2, 10, QLatin1Char('0'));
}

TagSpec state_tag(ServiceState state) {
  using M = ServiceModel;
  switch (state) {
    case ServiceState::Running: return {M::tr("Running"), Token::Ok, {}, true, false, true};
    case ServiceState::Starting: return {M::tr("Starting"), Token::Acc, {}, true, false, true};
    case ServiceState::Draining: return {M::tr("Draining"), Token::Warn, {}, true, false, true};
    case ServiceState::Failed: return {M::tr("Failed"), Token::Err, QStringLiteral("error"), true, false, false};
    case ServiceState::Stopped: break;
  }
  return {M::tr("Stopped"), Token::Tx2, {}, false, false, true};
}

// Chips show what differs from service to service; the ones everybody has are counted.
std::vector<TagSpec> chips(const ServiceRow& row) {
  constexpr int kMost = 3;
  // How little a step says of its service: 2 everybody has it.
  auto rank = [](const std::string& n) { return n == "recovery" || n == "metrics" || n == "logging" ? 2 : n == "tracing" || n == "timeout" || n == "metadata" ? 1 : 0; };
  std::vector<bool> picked(row.middleware.size(), false);
  int left = kMost;
  for (const int r : {0, 1})
    for (std::size_t i = 0; i < row.middleware.size() && left > 0; ++i)
      if (rank(row.middleware[i].name) == r) picked[i] = true, --left;
  std::vector<TagSpec> shown;
  for (std::size_t i = 0; i < picked.size(); ++i)  // in the order of the chain
    if (const auto& m = row.middleware[i]; picked[i]) shown.push_back({q(m.name), m.on ? Token::Tx : Token::Tx2, {}, false, !m.on, false});
  const int rest = int(row.middleware.size()) - int(shown.size());
  if (rest > 0) shown.push_back({QStringLiteral("+%1").arg(rest), Token::Tx2, {}, false, false, false});
  return shown;
}

}  // namespace

QString rate_text(double per_s) {
  if (per_s > 0 && per_s < 10) return QString::number(per_s, 'f', 1);
  const QString whole = QString::number(qint64(std::llround(per_s)));
  return whole.size() > 3 ? whole.left(whole.size() - 3) + QLatin1Char(' ') + whole.right(3) : whole;
}
QString ms_text(std::int64_t ns) {
  if (ns <= 0) return kNothing;
  const double ms = double(ns) / 1e6;
  return QStringLiteral("%1 ms").arg(ms, 0, 'f', ms < 0.1 ? 2 : ms < 100 ? 1 : 0);
}
QString us_text(std::int64_t ns) {
  const double us = double(ns) / 1e3;
  if (us >= 1000) {
    const QString whole = QString::number(qint64(std::llround(us)));
    return whole.left(whole.size() - 3) + QLatin1Char(' ') + whole.right(3) + QStringLiteral(" µs");
  }
  return QStringLiteral("%1 µs").arg(us, 0, 'f', 1);
}

ServiceModel::ServiceModel(QObject* parent)
    : TableModel({{tr("State"), 96},
                  {tr("Service"), 134},
                  {tr("Kind"), 60},
                  {tr("Address"), 140},
                  {tr("Uptime"), 80, Qt::AlignRight},
                  {tr("Requests /s"), 88, Qt::AlignRight},
                  {QString(), 96},
                  {tr("p99"), 72, Qt::AlignRight},
                  {tr("Errors /s"), 72, Qt::AlignRight},
                  {tr("Middleware"), 0},
                  {QString(), 34},
                  {QString(), 38}},
                 parent) {}

QString ServiceModel::key_of(const ServiceRow& row) { return q(row.instance + "/" + row.kind); }

void ServiceModel::set(const std::vector<ServiceRow>& rows) {
  std::vector<QString> keys;
  std::vector<Line> lines;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    keys.push_back(key_of(rows[i]));
    lines.push_back({i, false});
    if (rows[i].state == ServiceState::Failed) {
      keys.push_back(key_of(rows[i]) + QStringLiteral("/fix"));
      lines.push_back({i, true});
    }
  }
  replace_rows(std::move(keys), [&] { rows_ = rows, lines_ = std::move(lines); });
}

const ServiceRow* ServiceModel::server(int row) const {
  if (row < 0 || row >= int(lines_.size()) || lines_[std::size_t(row)].fix) return nullptr;
  return &rows_[lines_[std::size_t(row)].server];
}

Qt::ItemFlags ServiceModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  return is_fix(index.row()) ? Qt::ItemIsEnabled : Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

QString ServiceModel::chip_at(int row, const QRect& cell_rect, const QPoint& at) const {
  const ServiceRow* s = server(row);
  if (!s) return {};
  const Cell c = Cell::of_tags(chips(*s));
  for (int i = 0; i < int(c.tags.size()); ++i)
    if (kit::CellDelegate::tag_rect(c, cell_rect, i).contains(at)) return c.tags[std::size_t(i)].text;
  return {};
}

QColor ServiceModel::row_tint(int row) const {
  return server_of(row).state == ServiceState::Failed ? kit::theme().tint(Token::Err, 0.08) : QColor();
}

Cell ServiceModel::cell(int row, int column) const {
  if (is_fix(row)) {
    Cell c;
    c.kind = Cell::Kind::Custom;
    if (column == 0) c.text = q(server_of(row).error);
    return c;
  }
  const ServiceRow& s = server_of(row);
  const bool running = s.state == ServiceState::Running || s.state == ServiceState::Draining;
  switch (column) {
    case State: return Cell::of_tags({state_tag(s.state)});
    case Service: {
      Cell c = Cell::plain(q(s.instance));
      c.square = kit::theme().service_color(q(s.service));
      c.strong = true;
      if (s.slow) c.tags = {{tr("slow"), Token::Warn, {}, true, false, false}}, c.tooltip = tr("An override slows this instance down");
      return c;
    }
    case Kind: return Cell::of_tags({{q(s.kind), Token::Tx, {}, false, false, false}});
    case Address: {
      Cell c = Cell::mono(q(s.address), s.state == ServiceState::Failed ? Token::Err : Token::Acc);
      c.link = running;
      c.tooltip = s.error.empty() ? q(s.url) : q(s.error);
      return c;
    }
    case Uptime: return Cell::number(running ? uptime(s.uptime) : kNothing, qint64(std::chrono::duration_cast<std::chrono::seconds>(s.uptime).count()), running ? Token::Tx : Token::Tx2);
    case Rate: return Cell::number(running ? rate_text(s.rate.requests_per_s) : kNothing, s.rate.requests_per_s, running ? Token::Tx : Token::Tx2);
    case Spark: {
      Cell c = Cell::of_spark(s.rate.history);
      c.tooltip = tr("Requests a second over the last minute");
      return c;
    }
    case P99: return Cell::number(running ? ms_text(s.rate.p99_ns) : kNothing, qint64(s.rate.p99_ns), s.slow ? Token::Warn : running ? Token::Tx : Token::Tx2);
    case Errors: return Cell::number(running ? rate_text(s.rate.errors_per_s) : kNothing, s.rate.errors_per_s, s.rate.errors_per_s > 0 ? Token::Err : running ? Token::Tx : Token::Tx2);
    case Middleware: {
      Cell c = Cell::of_tags(chips(s));
      c.tooltip = tr("Click a step to switch it, drag it onto another to reorder the chain; both live");
      return c;
    }
    case Act: {
      Cell c;
      c.kind = Cell::Kind::Icon;
      const bool stop = running || s.state == ServiceState::Starting;
      c.icon = stop ? QStringLiteral("stop") : QStringLiteral("play");
      c.text = c.tooltip = stop ? tr("Stop %1").arg(q(s.instance)) : tr("Start %1").arg(q(s.instance));
      return c;
    }
    default: {
      Cell c;
      c.kind = Cell::Kind::Icon, c.icon = QStringLiteral("more"), c.text = c.tooltip = tr("More about %1").arg(q(s.instance));
      return c;
    }
  }
}

}  // namespace panels::services
