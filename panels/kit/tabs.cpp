#include "panels/kit/tabs.h"

#include <QKeyEvent>
#include <QPainter>

#include "panels/kit/controls.h"
#include "panels/kit/icons.h"

namespace panels::kit {
// ---------------------------------------------------------------- TabStrip

TabStrip::TabStrip(const QString& accessible_name, QWidget* parent) : QWidget(parent) {
  setAccessibleName(accessible_name);
  setFocusPolicy(Qt::TabFocus);
  setFixedHeight(size::kTabs);
  setMouseTracking(true);
  connect(&theme(), &Theme::changed, this, [this] { update(); });
}

int TabStrip::add(const QString& text, const QString& count) {
  tabs_.push_back({text, count});
  updateGeometry();
  setAccessibleDescription(tabs_[std::size_t(current_)].text);
  return int(tabs_.size()) - 1;
}
void TabStrip::set_count(int index, const QString& count, Token token, bool badge) {
  Tab& t = tabs_[std::size_t(index)];
  if (t.count == count && t.token == token && t.badge == badge) return;
  t.count = count, t.token = token, t.badge = badge;
  updateGeometry();
  update();
}
void TabStrip::set_text(int index, const QString& text) { tabs_[std::size_t(index)].text = text, updateGeometry(), update(); }
void TabStrip::set_current(int index) {
  if (index == current_ || index < 0 || index >= count()) return;
  current_ = index;
  setAccessibleDescription(tabs_[std::size_t(index)].text);
  update();
  Q_EMIT changed(index);
}

QRect TabStrip::tab_rect(int index) const {
  int x = gap::kL;
  const QFontMetrics strong(theme().font(Type::Strong)), mono(theme().font(Type::Dense));
  for (int i = 0; i <= index; ++i) {
    const Tab& t = tabs_[std::size_t(i)];
    int w = strong.horizontalAdvance(t.text);
    if (!t.count.isEmpty()) w += gap::kS + mono.horizontalAdvance(t.count) + (t.badge ? gap::kM : 0);
    if (i == index) return {x, 0, w, height()};
    x += w + gap::kXl + gap::kXs;
  }
  return {};
}

int TabStrip::tab_at(const QPoint& at) const {
  for (int i = 0; i < count(); ++i)
    if (tab_rect(i).adjusted(-gap::kM, 0, gap::kM, 0).contains(at)) return i;
  return -1;
}

QSize TabStrip::sizeHint() const {
  return {tabs_.empty() ? 0 : tab_rect(count() - 1).right() + gap::kL, size::kTabs};
}

void TabStrip::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  for (int i = 0; i < count(); ++i) {
    const Tab& t = tabs_[std::size_t(i)];
    const QRect r = tab_rect(i);
    const bool on = i == current_;
    const int used = paint_text(painter, r, t.text, on ? Type::Strong : Type::Body,
                                theme().color(on || i == hover_ ? Token::Tx : Token::Tx2));
    if (!t.count.isEmpty()) {
      const int x = r.left() + used + gap::kS;
      if (t.badge) {
        Tag::paint(painter, {t.count, t.token, {}, true}, QRect(x, (height() - 18) / 2, Tag::width_of({t.count}), 18));
      } else {
        paint_text(painter, QRect(x, 0, 60, height()), t.count, Type::Dense, theme().color(t.token));
      }
    }
    if (on) painter.fillRect(QRect(r.left(), height() - 2, r.width(), 2), theme().color(Token::Acc));
  }
  if (hasFocus() && !tabs_.empty()) focus_ring(painter, QRectF(tab_rect(current_)).adjusted(-6, 4, 6, -4), 6);
}

void TabStrip::mousePressEvent(QMouseEvent* event) {
  if (const int i = tab_at(event->pos()); i >= 0) set_current(i);
}
void TabStrip::mouseMoveEvent(QMouseEvent* event) {
  const int i = tab_at(event->pos());
  if (i != hover_) hover_ = i, update();
}
void TabStrip::leaveEvent(QEvent*) { hover_ = -1, update(); }
void TabStrip::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Left)
    set_current(std::max(0, current_ - 1));
  else if (event->key() == Qt::Key_Right)
    set_current(std::min(count() - 1, current_ + 1));
  else
    QWidget::keyPressEvent(event);
}

// ---------------------------------------------------------------- Segments

Segments::Segments(const QString& accessible_name, QWidget* parent) : QWidget(parent) {
  setAccessibleName(accessible_name);
  setFocusPolicy(Qt::TabFocus);
  setFixedHeight(size::kControl);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme(), &Theme::changed, this, [this] { update(); });
}
int Segments::add(const QString& text, const QString& icon_name) {
  parts_.emplace_back(text, icon_name);
  updateGeometry();
  setAccessibleDescription(parts_[std::size_t(current_)].first);
  return int(parts_.size()) - 1;
}
void Segments::set_current(int index) {
  if (index == current_ || index < 0 || index >= int(parts_.size())) return;
  current_ = index;
  setAccessibleDescription(parts_[std::size_t(index)].first);
  update();
  Q_EMIT changed(index);
}
QRect Segments::part_rect(int index) const {
  const QFontMetrics m(theme().font(Type::Medium));
  int x = 1;
  for (int i = 0; i <= index; ++i) {
    const auto& [text, icon_name] = parts_[std::size_t(i)];
    const int w = m.horizontalAdvance(text) + 2 * (gap::kM + gap::kXxs) + (icon_name.isEmpty() ? 0 : 16 + gap::kS);
    if (i == index) return {x, 1, w, height() - 2};
    x += w;
  }
  return {};
}
QSize Segments::sizeHint() const {
  return {parts_.empty() ? 0 : part_rect(int(parts_.size()) - 1).right() + 2, size::kControl};
}
void Segments::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme().color(Token::Line), 1));
  painter.setBrush(theme().color(Token::Bg2));
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
  for (int i = 0; i < int(parts_.size()); ++i) {
    const auto& [text, icon_name] = parts_[std::size_t(i)];
    const bool on = i == current_;
    QRect r = part_rect(i);
    if (on) {
      painter.setPen(Qt::NoPen);
      painter.setBrush(theme().color(Token::Sel));
      painter.drawRoundedRect(QRectF(r).adjusted(1, 1, -1, -1), 5, 5);
    }
    r.setLeft(r.left() + gap::kM + gap::kXxs);
    if (!icon_name.isEmpty()) {
      paint_icon(painter, icon_name, theme().color(on ? Token::Acc : Token::Tx2), QRectF(r.left(), (height() - 16) / 2, 16, 16));
      r.setLeft(r.left() + 16 + gap::kS);
    }
    paint_text(painter, r, text, on ? Type::Medium : Type::Body, theme().color(on ? Token::Tx : Token::Tx2));
  }
  if (hasFocus()) focus_ring(painter, rect(), 6);
}
void Segments::mousePressEvent(QMouseEvent* event) {
  for (int i = 0; i < int(parts_.size()); ++i)
    if (part_rect(i).contains(event->pos())) set_current(i);
}
void Segments::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Left)
    set_current(current_ - 1);
  else if (event->key() == Qt::Key_Right)
    set_current(current_ + 1);
  else
    QWidget::keyPressEvent(event);
}

}  // namespace panels::kit
