#include "panels/services/detail_models.h"

#include <QDateTime>
#include <QPainter>

#include "panels/services/service_model.h"

namespace panels::services {

using kit::Cell;
using kit::Token;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
QString clock_text(std::int64_t wall_ns) {
  return QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000, Qt::UTC).toString(QStringLiteral("HH:mm:ss.zzz"));
}
}  // namespace

// ---------------------------------------------------------------- routes

RouteModel::RouteModel(QObject* parent)
    : TableModel({{tr("Method"), 76}, {tr("Path"), 180}, {tr("What it does"), 0}, {tr("Written at"), 188}}, parent) {}

void RouteModel::set(const std::vector<workbench::host::RouteView>& routes) {
  std::vector<QString> keys;
  for (const auto& r : routes) keys.push_back(q(r.method + " " + r.path));
  replace_rows(std::move(keys), [&] { routes_ = routes; });
}

Cell RouteModel::cell(int row, int column) const {
  const auto& r = routes_[std::size_t(row)];
  switch (column) {
    case 0: return Cell::mono(q(r.method), Token::Tx2);
    case 1: return Cell::mono(q(r.path));
    case 2: {
      std::vector<kit::TagSpec> tags;
      for (const auto& b : r.behaviours) tags.push_back({q(b), Token::Tx, {}, false, false, false});
      return Cell::of_tags(std::move(tags));
    }
    default: {
      Cell c = Cell::mono(r.file.empty() ? QString() : QStringLiteral("%1:%2").arg(q(r.file)).arg(r.line), Token::Acc);
      c.link = true;
      return c;
    }
  }
}

// ---------------------------------------------------------------- middleware

MiddlewareModel::MiddlewareModel(QObject* parent)
    : TableModel({{QString(), 36},
                  {tr("#"), 36, Qt::AlignRight},
                  {tr("On"), 52},
                  {tr("Step"), 116},
                  {tr("Options"), 240},
                  {tr("Self p50"), 88, Qt::AlignRight},
                  {tr("Self p99"), 84, Qt::AlignRight},
                  {tr("Share"), 72, Qt::AlignRight},
                  {tr("Stops /min"), 84, Qt::AlignRight},
                  {tr("Onion: enter and exit, width by √ self time"), 0}},
                 parent) {}

void MiddlewareModel::set(const workbench::host::ServiceDetail& detail, double minutes, const QColor& color) {
  std::vector<Line> lines;
  std::vector<QString> keys;
  auto cost_of = [&](const std::string& step, Line& line) {
    for (const auto& c : detail.costs)
      if (c.step == step) line.cost = c, line.known = true;
  };
  std::vector<OnionRing> rings;
  for (const auto& m : detail.middleware) {
    Line line;
    line.view = m;
    cost_of(m.name, line);
    rings.push_back({m.on, false, double(line.cost.self_p50_ns)});
    keys.push_back(q(m.name));
    lines.push_back(std::move(line));
  }
  if (!detail.service.empty()) {
    Line core;
    core.handler = true;
    core.view.name = "handler";
    core.view.describe = detail.routes.empty() || detail.routes.front().behaviours.empty() ? "" : detail.routes.front().behaviours.back();
    cost_of("handler", core);
    rings.push_back({true, true, double(core.cost.self_p50_ns)});
    keys.push_back(QStringLiteral("\x01handler"));
    lines.push_back(std::move(core));
  }
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].ring = rings[i];
  replace_rows(std::move(keys), [&] { lines_ = std::move(lines), minutes_ = std::max(minutes, 1.0 / 60), color_ = color; });
}

int MiddlewareModel::steps() const { return int(std::count_if(lines_.begin(), lines_.end(), [](const Line& l) { return !l.handler; })); }

double MiddlewareModel::chain_share() const {
  double share = 0;
  for (const Line& l : lines_)
    if (!l.handler && l.view.on) share += l.cost.share;
  return share;
}

Cell MiddlewareModel::cell(int row, int column) const {
  const Line& l = lines_[std::size_t(row)];
  const Token ink = l.view.on ? Token::Tx : Token::Tx3;
  auto cost = [&](const QString& text, QVariant sort) {
    if (!l.view.on || !l.known) return Cell::number(QString(), {}, Token::Tx3);
    return Cell::number(text, std::move(sort), ink);
  };
  switch (column) {
    case Grip: {
      Cell c;
      c.kind = Cell::Kind::Icon, c.icon = l.handler ? QStringLiteral("lock") : QStringLiteral("grip");
      c.text = l.handler ? tr("fixed") : QString();
      c.tooltip = l.handler ? tr("The handler is always innermost") : tr("Drag, or Alt+Up and Alt+Down, to move this step");
      return c;
    }
    case Number: return Cell::number(QString::number(row + 1), row + 1, Token::Tx2);
    case On: {
      Cell c;
      c.kind = l.handler ? Cell::Kind::Text : Cell::Kind::Toggle;
      c.on = l.view.on;
      return c;
    }
    case Step: {
      Cell c = Cell::plain(q(l.view.name), ink);
      c.strong = l.view.on;
      return c;
    }
    case Options: {
      Cell c = Cell::mono(q(l.view.describe), l.view.on ? Token::Tx2 : Token::Tx3);
      c.tooltip = c.text;
      return c;
    }
    case P50: return l.view.on ? cost(us_text(l.cost.self_p50_ns), qint64(l.cost.self_p50_ns)) : Cell::number(tr("off"), {}, Token::Tx3);
    case P99: return cost(us_text(l.cost.self_p99_ns), qint64(l.cost.self_p99_ns));
    case Share: return l.view.on ? cost(QStringLiteral("%1 %").arg(l.cost.share * 100, 0, 'f', 1), l.cost.share) : Cell::number(QStringLiteral("-"), {}, Token::Tx3);
    case Stops: {
      const double per_minute = double(l.cost.stops) / minutes_;
      Cell c = cost(per_minute > 0 && per_minute < 1 ? QStringLiteral("< 1") : rate_text(per_minute), per_minute);
      c.token = l.cost.stops > 0 && l.view.on ? Token::Acc : Token::Tx2;
      c.tooltip = tr("How often this step answered instead of calling the next one");
      return c;
    }
    default: {
      Cell c;
      c.kind = Cell::Kind::Custom;
      std::vector<OnionRing> rings;
      for (const Line& other : lines_) rings.push_back(other.ring);
      c.paint = [rings, row, color = color_](QPainter& p, const QRect& r, bool) mutable {
        lay_out(rings, r.width());
        paint_ring(p, rings[std::size_t(row)], r, color);
      };
      return c;
    }
  }
}

// ---------------------------------------------------------------- config in use

InUseModel::InUseModel(QObject* parent) : TableModel({{tr("Key"), 300}, {tr("Effective value"), 0}, {tr("From"), 180}, {tr("Applies"), 96}}, parent) {}

void InUseModel::set(const workbench::host::ServiceDetail& detail, const workbench::host::ConfigTable& table) {
  std::vector<Line> lines;
  std::vector<QString> keys;
  for (const auto& [key, value] : detail.config) {
    Line line{q(key), q(value), {}, true};
    auto found = std::lower_bound(table.rows.begin(), table.rows.end(), key, [](const auto& row, const auto& k) { return row.key < k; });
    if (found != table.rows.end() && found->key == key) line.layer = q(found->layer), line.live = found->live;
    keys.push_back(line.key);
    lines.push_back(std::move(line));
  }
  replace_rows(std::move(keys), [&] { lines_ = std::move(lines); });
}

Cell InUseModel::cell(int row, int column) const {
  const Line& l = lines_[std::size_t(row)];
  switch (column) {
    case 0: return Cell::mono(l.key);
    case 1: return Cell::mono(l.value);
    case 2: return Cell::plain(l.layer, l.layer == QStringLiteral("overrides") ? Token::Acc : Token::Tx2);
    default: return Cell::plain(l.live ? tr("live") : tr("restart"), Token::Tx2);
  }
}

// ---------------------------------------------------------------- instances

InstanceModel::InstanceModel(QObject* parent)
    : TableModel({{tr("#"), 40, Qt::AlignRight}, {tr("Type"), 140}, {tr("Name"), 150}, {tr("Scope"), 110}, {tr("Made at"), 130}, {tr("Took"), 96, Qt::AlignRight}, {tr("Depends on"), 0}},
                 parent) {}

void InstanceModel::set(const std::vector<workbench::host::InstanceView>& instances) {
  std::vector<QString> keys;
  for (const auto& i : instances) keys.push_back(q(i.type + "/" + i.name));
  replace_rows(std::move(keys), [&] { instances_ = instances; });
}

Cell InstanceModel::cell(int row, int column) const {
  const auto& i = instances_[std::size_t(row)];
  switch (column) {
    case 0: return Cell::number(i.created ? QString::number(i.order) : QStringLiteral("-"), i.order, Token::Tx2);
    case 1: return Cell::mono(q(i.type));
    case 2: return Cell::mono(q(i.name));
    case 3: return Cell::of_tags({{q(i.scope), Token::Tx, {}, false, false, false}});
    case 4: return Cell::mono(i.created ? clock_text(i.created_wall_ns) : tr("not yet"), i.created ? Token::Tx : Token::Tx3);
    case 5: return Cell::number(i.created ? ms_text(i.creation_ns) : QStringLiteral("-"), qint64(i.creation_ns), i.created ? Token::Tx : Token::Tx3);
    default: {
      std::vector<kit::TagSpec> tags;
      for (const auto& d : i.depends_on) tags.push_back({q(d), Token::Tx2, {}, false, false, false});
      return Cell::of_tags(std::move(tags));
    }
  }
}

// ---------------------------------------------------------------- errors

ErrorModel::ErrorModel(QObject* parent) : TableModel({{tr("Time"), 130}, {tr("Where"), 140}, {tr("What"), 0}}, parent) {}

void ErrorModel::set(const std::vector<workbench::recorder::Event>& errors) {
  std::vector<QString> keys;
  for (const auto& e : errors) keys.push_back(QStringLiteral("%1/%2").arg(e.wall_ns).arg(q(e.text)));
  replace_rows(std::move(keys), [&] { errors_ = errors; });
}

Cell ErrorModel::cell(int row, int column) const {
  const auto& e = errors_[std::size_t(row)];
  if (column == 0) return Cell::mono(clock_text(e.wall_ns), Token::Tx2);
  if (column == 1) return Cell::plain(q(e.subject));
  Cell c = Cell::mono(q(e.text), Token::Err);
  c.tooltip = c.text;
  return c;
}

}  // namespace panels::services
