#include "panels/config/changes.h"

#include <QDateTime>
#include <QMouseEvent>
#include <QPainter>

namespace panels::config {

using kit::Cell;
using kit::Token;
using workbench::host::ConfigChange;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
QString clock_text(std::int64_t wall_ns, const char* form = "HH:mm:ss") {
  return QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000, Qt::UTC).toString(QString::fromLatin1(form));
}
std::string source_of(const ConfigChange& c) { return c.who == "undo" || c.who == "redo" ? "window" : c.who; }
// A newer undo put back what this one changed.
bool undone(const std::vector<ConfigChange>& changes, std::size_t at) {
  for (std::size_t i = 0; i < at; ++i)
    if (const auto& c = changes[i]; c.who == "undo" && c.key == changes[at].key && c.before == changes[at].after && c.after == changes[at].before && c.has_after == changes[at].had_before) return true;
  return false;
}
constexpr int kLeft = 88, kRight = 24, kTrack = 20;
}  // namespace

Timeline::Timeline(QWidget* parent) : QWidget(parent) {
  setAccessibleName(tr("Timeline of changes"));
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&kit::theme(), &kit::Theme::changed, this, [this] { update(); });
}

void Timeline::set(const std::vector<ConfigChange>& changes, std::int64_t from_ns, std::int64_t to_ns) {
  changes_ = changes;
  const auto before = sources_.size();
  sources_.clear();
  for (const auto& c : changes_)
    if (const auto s = source_of(c); std::find(sources_.begin(), sources_.end(), s) == sources_.end()) sources_.push_back(s);
  from_ = from_ns;
  for (const auto& c : changes_) from_ = std::min(from_, c.wall_ns);
  to_ = std::max(to_ns, from_ + 60'000'000'000);
  if (before != sources_.size()) updateGeometry();
  update();
}

void Timeline::mark(std::uint64_t version) {
  marked_ = version;
  for (const auto& c : changes_)
    if (c.version == version) setAccessibleDescription(tr("%1 changed %2 at %3").arg(q(c.who), q(c.key), clock_text(c.wall_ns)));
  update();
}

QPointF Timeline::place(const ConfigChange& c) const {
  const auto track = std::find(sources_.begin(), sources_.end(), source_of(c)) - sources_.begin();
  return {kLeft + double(width() - kLeft - kRight) * double(c.wall_ns - from_) / double(to_ - from_), 4.0 + kTrack * double(track) + kTrack / 2.0};
}

void Timeline::paintEvent(QPaintEvent*) {
  QPainter p(this);
  const QColor line = kit::theme().color(Token::Line);
  // Ticks on round minutes.
  static constexpr std::int64_t kSteps[] = {10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600};
  std::int64_t step = 86400;
  for (std::int64_t s : kSteps)
    if ((to_ - from_) / (s * 1'000'000'000) <= 12) {
      step = s;
      break;
    }
  const std::int64_t ns = step * 1'000'000'000;
  for (std::int64_t t = (from_ + ns - 1) / ns * ns; t <= to_; t += ns) {
    const int x = kLeft + int(double(width() - kLeft - kRight) * double(t - from_) / double(to_ - from_));
    p.fillRect(QRect(x, 4, 1, kTrack * tracks()), line);
    kit::paint_text(p, QRect(x - 40, 4 + kTrack * tracks(), 80, 20), clock_text(t, step < 60 ? "HH:mm:ss" : "HH:mm"), kit::Type::Axis, kit::theme().color(Token::Tx2), Qt::AlignHCenter);
  }
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const QRect track(0, 4 + int(i) * kTrack, width(), kTrack);
    kit::paint_text(p, track.adjusted(12, 0, 0, 0), q(sources_[i]), kit::Type::Caption, kit::theme().color(Token::Tx2));
    p.fillRect(QRect(kLeft, track.center().y() + 1, width() - kLeft - kRight, 1), line);
  }
  p.setRenderHint(QPainter::Antialiasing);
  for (const auto& c : changes_) {
    const QPointF at = place(c) + QPointF(0.5, 0.5);
    const QColor ink = kit::theme().color(source_of(c) == "window" ? Token::Acc : Token::Tx2);
    auto diamond = [&](double r) {
      QPolygonF d;
      d << at + QPointF(0, -r) << at + QPointF(r, 0) << at + QPointF(0, r) << at + QPointF(-r, 0);
      p.drawPolygon(d);
    };
    if (c.version == marked_) {
      p.setPen(Qt::NoPen);
      p.setBrush(kit::theme().tint(Token::Acc, 0.3));
      diamond(9);
    }
    const bool undone = c.who == "undo";
    p.setPen(QPen(ink, 1.4));
    p.setBrush(undone ? QBrush(kit::theme().color(Token::Bg1)) : QBrush(ink));
    diamond(5);
  }
  if (hasFocus()) {
    p.setPen(QPen(kit::theme().color(Token::Acc), 2));
    p.setBrush(Qt::NoBrush);
    p.drawRoundedRect(QRectF(rect()).adjusted(2, 1, -2, -1), 6, 6);
  }
}

void Timeline::mousePressEvent(QMouseEvent* event) {
  for (const auto& c : changes_)
    if (QLineF(place(c), event->pos()).length() < 9) {
      Q_EMIT chosen(c.version);
      return;
    }
}

void Timeline::keyPressEvent(QKeyEvent* event) {
  const int by = event->key() == Qt::Key_Left ? 1 : event->key() == Qt::Key_Right ? -1 : 0;  // newest first
  if (by == 0 || changes_.empty()) return QWidget::keyPressEvent(event);
  int at = 0;
  for (std::size_t i = 0; i < changes_.size(); ++i)
    if (changes_[i].version == marked_) at = int(i) + by;
  Q_EMIT chosen(changes_[std::size_t(std::clamp(at, 0, int(changes_.size()) - 1))].version);
}

ChangeModel::ChangeModel(QObject* parent)
    : TableModel({{tr("Time"), 84}, {tr("Who"), 92}, {tr("Key"), 240}, {tr("Before"), 150, Qt::AlignRight}, {QString(), 36, Qt::AlignHCenter}, {tr("After"), 150}, {tr("Read by"), 0},
                  {tr("Took"), 72, Qt::AlignRight}, {tr("Back"), 84, Qt::AlignRight}},
                 parent) {}

void ChangeModel::set(const std::vector<ConfigChange>& changes) {
  std::vector<QString> keys;
  for (const auto& c : changes) keys.push_back(QStringLiteral("%1/%2").arg(c.version).arg(q(c.key)));
  replace_rows(std::move(keys), [&] { changes_ = changes; });
}

Cell ChangeModel::cell(int row, int column) const {
  const ConfigChange& c = changes_[std::size_t(row)];
  switch (column) {
    case Time: return Cell::mono(clock_text(c.wall_ns));
    case Who: return Cell::plain(q(c.who));
    case Key: return Cell::mono(q(c.key));
    case Before: {
      Cell cell = Cell::number(c.had_before ? q(c.before) : tr("not set"), q(c.before), Token::Tx2);
      cell.tooltip = cell.text;
      return cell;
    }
    case Arrow: {
      Cell a;
      a.kind = Cell::Kind::Icon, a.icon = QStringLiteral("arrow-right"), a.icon_token = Token::Tx3;
      return a;
    }
    case After: {
      Cell cell = Cell::mono(c.has_after ? q(c.after) : tr("not set"), c.has_after ? Token::Tx : Token::Tx2);
      cell.tooltip = cell.text;
      return cell;
    }
    case Readers: {
      QStringList by;
      for (const auto& r : c.applied_by) by << q(r);
      return Cell::plain(by.join(QStringLiteral(", ")), Token::Tx2);
    }
    case Took: return Cell::number(c.applied_ns > 0 ? tr("%1 ms").arg(double(c.applied_ns) / 1e6, 0, 'f', c.applied_ns % 1'000'000 ? 1 : 0) : QStringLiteral("-"), qint64(c.applied_ns));
    default: {
      if (undone(changes_, std::size_t(row))) return Cell::plain(tr("undone"), Token::Tx3);
      Cell r = Cell::plain(c.source == "overrides" && c.who != "undo" ? tr("Revert") : QString(), Token::Acc);
      r.link = true;
      r.tooltip = tr("Set %1 back to %2").arg(q(c.key), c.had_before ? q(c.before) : tr("not set"));
      return r;
    }
  }
}

}  // namespace panels::config
