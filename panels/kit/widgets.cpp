#include "panels/kit/widgets.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyle>
#include <QTimer>
#include <QVBoxLayout>

#include "panels/kit/icons.h"

namespace panels::kit {
namespace {

void repolish(QWidget* w) {
  w->style()->unpolish(w);
  w->style()->polish(w);
}

void focus_ring(QPainter& painter, const QRectF& rect, double radius) {
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme().color(Token::Acc), 2));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
}

QString tip(const QString& name, const QString& shortcut) {
  return shortcut.isEmpty() ? name : QStringLiteral("%1  (%2)").arg(name, shortcut);
}

// The shortcut inside a button stands in dense mono; QPushButton has one font, so it is painted beside the text.
class KeyButton final : public QPushButton {
 public:
  KeyButton(const QString& text, QString keys, QWidget* parent) : QPushButton(text, parent), keys_(std::move(keys)) {}
  QSize sizeHint() const override {
    QSize s = QPushButton::sizeHint();
    const QFontMetrics m(theme().font(isDefaultLike() ? Type::Medium : Type::Body));
    int w = (property("link").toBool() ? 6 : 20) + m.horizontalAdvance(text());
    if (!icon().isNull()) w += 16 + (text().isEmpty() ? 0 : gap::kS);
    if (!keys_.isEmpty()) w += gap::kS + QFontMetrics(theme().font(Type::Dense)).horizontalAdvance(keys_);
    if (menu()) w += 16 + gap::kXs;
    return {w, s.height()};
  }
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  bool isDefaultLike() const { return property("primary").toBool(); }
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    QStyleOptionButton option;
    initStyleOption(&option);
    option.text.clear();
    option.icon = QIcon();
    style()->drawControl(QStyle::CE_PushButton, &option, &painter, this);
    const bool link = property("link").toBool();
    Token token = isDefaultLike() ? Token::OnAcc : property("plain").toBool() ? Token::Tx2 : Token::Tx;
    if (link) token = Token::Acc;
    if (!isEnabled()) token = Token::Tx3;
    const Type type = isDefaultLike() ? Type::Medium : Type::Body;
    const QFontMetrics m(theme().font(type));
    const int text_width = m.horizontalAdvance(text());
    int w = text_width + (icon().isNull() ? 0 : 16 + (text().isEmpty() ? 0 : gap::kS));
    const int keys_width = keys_.isEmpty() ? 0 : QFontMetrics(theme().font(Type::Dense)).horizontalAdvance(keys_) + gap::kS;
    w += keys_width + (menu() ? 16 + gap::kXs : 0);
    const bool left = property("input").toBool() || link;
    int x = left ? (link ? 3 : 10) : (width() - w) / 2;
    if (!icon().isNull()) {
      icon().paint(&painter, QRect(x, (height() - 16) / 2, 16, 16), Qt::AlignCenter, isEnabled() ? QIcon::Normal : QIcon::Disabled,
                   isChecked() ? QIcon::On : QIcon::Off);
      x += 16 + gap::kS;
    }
    x += paint_text(painter, QRect(x, 0, std::min(text_width, width() - x), height()), text(), type, theme().color(token));
    if (!keys_.isEmpty()) {
      const QColor c = isDefaultLike() ? theme().color(token) : theme().color(Token::Tx2);
      paint_text(painter, QRect(x + gap::kS, 0, keys_width, height()), keys_, Type::Dense, c);
    }
    if (menu()) paint_icon(painter, QStringLiteral("chevron-down"), theme().color(Token::Tx2), QRectF(width() - 26, (height() - 16) / 2, 16, 16));
    if (link && underMouse())
      painter.fillRect(QRect(3, row_baseline(rect()) + 2, text_width, 1), theme().color(Token::Acc));
  }

 private:
  QString keys_;
};

QPushButton* make_button(const QString& text, const QString& icon_name, const QString& shortcut, QWidget* parent, Token icon_token) {
  auto* b = new KeyButton(text, shortcut, parent);
  if (!icon_name.isEmpty()) b->setIcon(icon(icon_name, icon_token));
  b->setIconSize({16, 16});
  b->setAccessibleName(text);
  b->setToolTip(tip(text, shortcut));
  b->setCursor(Qt::ArrowCursor);
  b->setAutoDefault(false);
  b->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Fixed);
  return b;
}

class BusyBar final : public QWidget {
 public:
  explicit BusyBar(QWidget* parent) : QWidget(parent) {
    setFixedHeight(2);
    connect(&timer_, &QTimer::timeout, this, [this] { at_ = (at_ + 2) % 100, update(); });
  }
  void run(bool on) { on ? timer_.start(33) : timer_.stop(); }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    p.fillRect(QRect((width() * at_) / 100 - width() / 5, 0, width() / 5, 2), theme().color(Token::Acc));
  }

 private:
  QTimer timer_;
  int at_ = 0;
};

}  // namespace

void set_tone(QLabel* label, Token token) {
  const QString name = token_name(token);
  if (label->property("tone").toString() == name) return;
  label->setProperty("tone", name);
  repolish(label);
}

QLabel* label(const QString& text, Type type, Token token, QWidget* parent) {
  auto* l = new QLabel(text, parent);
  l->setFont(theme().font(type));
  l->setProperty("tone", token_name(token));
  l->setTextFormat(Qt::PlainText);
  return l;
}

QPushButton* button(const QString& text, const QString& icon_name, const QString& shortcut, QWidget* parent) {
  return make_button(text, icon_name, shortcut, parent, Token::Tx);
}

QPushButton* primary_button(const QString& text, const QString& icon_name, const QString& shortcut, QWidget* parent) {
  auto* b = make_button(text, icon_name, shortcut, parent, Token::OnAcc);
  b->setProperty("primary", true);
  return b;
}

QPushButton* link_button(const QString& text, QWidget* parent) {
  auto* b = make_button(text, {}, {}, parent, Token::Acc);
  b->setProperty("link", true);
  b->setCursor(Qt::PointingHandCursor);
  return b;
}

QToolButton* icon_button(const QString& icon_name, const QString& name, const QString& shortcut, QWidget* parent) {
  auto* b = new QToolButton(parent);
  b->setIcon(icon(icon_name));
  b->setIconSize({16, 16});
  b->setFixedSize(size::kControl, size::kControl);
  b->setAccessibleName(name);
  b->setToolTip(tip(name, shortcut));
  b->setFocusPolicy(Qt::TabFocus);
  return b;
}

QLineEdit* filter_edit(const QString& placeholder, const QString& accessible_name, QWidget* parent) {
  auto* e = new QLineEdit(parent);
  e->setPlaceholderText(placeholder);
  e->setAccessibleName(accessible_name);
  e->setClearButtonEnabled(false);
  e->addAction(icon(QStringLiteral("filter"), Token::Tx3), QLineEdit::LeadingPosition);
  return e;
}

QFrame* hairline(QWidget* parent) {
  auto* f = new QFrame(parent);
  f->setProperty("hairline", true);
  f->setFixedHeight(1);
  return f;
}

QHBoxLayout* row(std::initializer_list<QWidget*> widgets, int spacing) {
  auto* l = new QHBoxLayout;
  l->setContentsMargins(0, 0, 0, 0);
  l->setSpacing(spacing);
  for (QWidget* w : widgets) w ? l->addWidget(w) : l->addStretch(1);
  return l;
}

// ---------------------------------------------------------------- Sheet

Sheet::Sheet(QWidget* parent, int header_height) : QFrame(parent) {
  setProperty("card", true);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(1, 1, 1, 1);
  all->setSpacing(0);
  header_ = new QWidget(this);
  header_->setFixedHeight(header_height - 1);
  header_layout_ = new QHBoxLayout(header_);
  header_layout_->setContentsMargins(gap::kL, 0, gap::kL, 0);
  header_layout_->setSpacing(gap::kM);
  title_ = label({}, header_height >= size::kSheetHeader ? Type::Title : Type::Strong);
  caption_ = label({}, Type::Caption, Token::Tx2);
  caption_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  tools_ = new QHBoxLayout;
  tools_->setSpacing(gap::kM);
  header_layout_->addWidget(title_);
  header_layout_->addWidget(caption_, 1);
  header_layout_->addLayout(tools_);
  all->addWidget(header_);
  all->addWidget(hairline(this));
  body_ = new QVBoxLayout;
  body_->setContentsMargins(0, 0, 0, 0);
  body_->setSpacing(0);
  all->addLayout(body_, 1);
  footer_ = new QWidget(this);
  footer_->setFixedHeight(size::kFooter);
  auto* foot = new QVBoxLayout(footer_);
  foot->setContentsMargins(0, 0, 0, 0);
  foot->setSpacing(0);
  foot->addWidget(hairline());
  auto* line = new QHBoxLayout;
  line->setContentsMargins(gap::kL, 0, gap::kL, 0);
  footer_left_ = label({}, Type::Caption, Token::Tx2);
  footer_right_ = label({}, Type::Caption, Token::Tx2);
  footer_left_->setTextFormat(Qt::RichText);
  footer_right_->setTextFormat(Qt::RichText);
  footer_right_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  footer_right_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  line->addWidget(footer_left_);
  line->addWidget(footer_right_, 1);
  foot->addLayout(line, 1);
  all->addWidget(footer_);
  footer_->hide();
}

void Sheet::set_title(const QString& title) {
  title_->setText(title);
  setAccessibleName(title);
}
void Sheet::set_caption(const QString& caption) {
  if (caption_->text() != caption) caption_->setText(caption), caption_->setToolTip(caption);
}
void Sheet::set_header_visible(bool visible) {
  header_->setVisible(visible);
  layout()->itemAt(1)->widget()->setVisible(visible);
}
void Sheet::add_tool(QWidget* tool) { tools_->addWidget(tool); }
void Sheet::set_footer(const QString& left, const QString& right) {
  footer_left_->setText(left);
  footer_right_->setText(right);
  footer_->setVisible(!left.isEmpty() || !right.isEmpty());
}
void Sheet::set_busy(bool busy) {
  if (!busy_) {
    busy_ = new BusyBar(this);
    busy_->hide();
  }
  if (busy) {
    busy_->setGeometry(1, header_->height(), width() - 2, 2);
    QTimer::singleShot(150, busy_, [this] {
      if (busy_->property("wanted").toBool()) busy_->show(), busy_->raise();
    });
  } else {
    busy_->hide();
  }
  busy_->setProperty("wanted", busy);
  static_cast<BusyBar*>(busy_)->run(busy);
}

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

// ---------------------------------------------------------------- Toggle, Tag, small ones

Toggle::Toggle(const QString& accessible_name, QWidget* parent) : QAbstractButton(parent) {
  setCheckable(true);
  setAccessibleName(accessible_name);
  setToolTip(accessible_name);
  setFocusPolicy(Qt::TabFocus);
  connect(&theme(), &Theme::changed, this, [this] { update(); });
}
void Toggle::paint(QPainter& painter, const QRect& where, bool on, bool enabled) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF r = QRectF(where).adjusted(0.5, 0.5, -0.5, -0.5);
  painter.setPen(QPen(theme().color(on ? Token::AccFill : Token::LineS), 1));
  painter.setBrush(theme().color(on ? Token::AccFill : Token::Bg3));
  painter.setOpacity(enabled ? 1 : 0.5);
  painter.drawRoundedRect(r, r.height() / 2, r.height() / 2);
  painter.setPen(Qt::NoPen);
  painter.setBrush(theme().color(on ? Token::OnAcc : Token::Tx2));
  const double d = where.height() - 6;
  painter.drawEllipse(QRectF(on ? where.right() + 1 - d - 3 : where.left() + 3, where.top() + 3, d, d));
  painter.restore();
}
void Toggle::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paint(painter, QRect(4, (height() - 14) / 2, 26, 14), isChecked(), isEnabled());
  if (hasFocus()) focus_ring(painter, QRectF(1, (height() - 20) / 2.0, 32, 20), 10);
}

int Tag::width_of(const TagSpec& s) {
  const bool bare = s.text.startsWith(QLatin1Char('+')) && !s.tinted;
  int w = QFontMetrics(theme().font(Type::Caption)).horizontalAdvance(s.text) + (bare ? 0 : 2 * gap::kS);
  if (s.dot) w += 6 + gap::kS - 1;
  if (!s.icon.isEmpty()) w += 12 + gap::kXs;
  return w;
}
void Tag::paint(QPainter& painter, const TagSpec& s, const QRect& rect, bool on_selection) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF r = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
  if (s.struck) {
    painter.setPen(QPen(theme().color(Token::LineS), 1, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(r, 4, 4);
  } else {
    painter.setPen(Qt::NoPen);
    painter.setBrush(s.tinted ? theme().tint(s.token, on_selection ? 0.22 : 0.14) : theme().color(on_selection && theme().dark() ? Token::Bg3 : Token::Bg3));
    painter.drawRoundedRect(QRectF(rect), 4, 4);
  }
  int x = rect.left() + gap::kS;
  const QColor color = theme().color(s.token);
  if (s.dot) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(QRectF(x, rect.top() + (rect.height() - 6) / 2.0, 6, 6));
    x += 6 + gap::kS - 1;
  }
  if (!s.icon.isEmpty()) {
    paint_icon(painter, s.icon, color, QRectF(x, rect.top() + (rect.height() - 12) / 2, 12, 12));
    x += 12 + gap::kXs;
  }
  painter.setFont(theme().font(Type::Caption));
  painter.setPen(color);
  const QFontMetrics m = painter.fontMetrics();
  const int y = rect.top() + (rect.height() + m.capHeight()) / 2;
  painter.drawText(x, y, s.text);
  if (s.struck) painter.fillRect(QRect(x, y - m.capHeight() / 2, m.horizontalAdvance(s.text), 1), color);
  painter.restore();
}
Tag::Tag(TagSpec spec, QWidget* parent) : QWidget(parent), spec_(std::move(spec)) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  setAccessibleName(spec_.text);
  connect(&theme(), &Theme::changed, this, [this] { update(); });
}
void Tag::set(TagSpec spec) {
  spec_ = std::move(spec);
  setAccessibleName(spec_.text);
  updateGeometry();
  update();
}
QSize Tag::sizeHint() const { return {width_of(spec_), size::kTag}; }
void Tag::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paint(painter, spec_, rect());
}

KeyCap::KeyCap(const QString& keys, QWidget* parent) : QLabel(keys, parent) {
  setFont(theme().font(Type::Dense));
  setProperty("tone", QStringLiteral("tx2"));
  setProperty("keycap", true);
  setTextFormat(Qt::PlainText);
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

IconLabel::IconLabel(const QString& name, Token token, int size, QWidget* parent)
    : QWidget(parent), name_(name), token_(token), size_(size) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme(), &Theme::changed, this, [this] { update(); });
}
void IconLabel::set(const QString& name, Token token) { name_ = name, token_ = token, update(); }
void IconLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  if (!name_.isEmpty()) paint_icon(painter, name_, theme().color(token_), QRectF((width() - size_) / 2, (height() - size_) / 2, size_, size_));
}

// ---------------------------------------------------------------- Inspector

InspectorView::InspectorView(const QString& icon_name, const QString& caption, const QString& title, QWidget* parent, bool mono_title)
    : QWidget(parent), icon_(icon_name), caption_(caption), title_(title), mono_title_(mono_title) {
  setProperty("scrolled", true);
  setAccessibleName(tr("%1 %2").arg(caption, title));
  layout_ = new QVBoxLayout(this);
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(0);
  layout_->addStretch(1);
}

QVBoxLayout* InspectorView::add_section(const QString& heading, const QString& right) {
  auto* holder = new QWidget(this);
  section_ = new QVBoxLayout(holder);
  section_->setContentsMargins(gap::kL, gap::kL, gap::kL, gap::kL);
  section_->setSpacing(0);
  if (layout_->count() > 1) layout_->insertWidget(layout_->count() - 1, hairline(this));
  layout_->insertWidget(layout_->count() - 1, holder);
  if (!heading.isEmpty()) {
    auto* line = row({label(heading, Type::Caption, Token::Tx2), nullptr});
    if (!right.isEmpty()) line->addWidget(label(right, Type::Caption, Token::Tx2));
    section_->addLayout(line);
    section_->addSpacing(gap::kS);
  }
  return section_;
}

QLabel* InspectorView::add_row(const QString& name, const QString& value, Token token) {
  if (!section_) add_section();
  auto* n = label(name, Type::Body, Token::Tx2);
  auto* v = label(value, Type::Mono, token);
  v->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  v->setTextInteractionFlags(Qt::TextSelectableByMouse);
  v->setMinimumWidth(0);
  v->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  v->setToolTip(value);
  v->setAccessibleName(name);
  auto* holder = new QWidget(this);
  holder->setFixedHeight(24);
  auto* line = new QHBoxLayout(holder);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(gap::kM);
  line->addWidget(n);
  line->addWidget(v, 1);
  section_->addWidget(holder);
  return v;
}

QPushButton* InspectorView::add_link(const QString& name, const QString& value, std::function<void()> go) {
  if (!section_) add_section();
  auto* b = link_button(value);
  b->setAccessibleName(tr("%1: %2").arg(name, value));
  connect(b, &QPushButton::clicked, this, std::move(go));
  auto* holder = new QWidget(this);
  holder->setFixedHeight(24);
  auto* line = new QHBoxLayout(holder);
  line->setContentsMargins(0, 0, 0, 0);
  if (!name.isEmpty()) line->addWidget(label(name, Type::Body, Token::Tx2));
  line->addStretch(name.isEmpty() ? 0 : 1);
  line->addWidget(b);
  if (name.isEmpty()) line->addStretch(1);
  section_->addWidget(holder);
  return b;
}

void InspectorView::add_widget(QWidget* widget) {
  if (!section_) add_section();
  section_->addWidget(widget);
}

void InspectorView::add_text(const QString& text) {
  auto* l = label(text, Type::Body, Token::Tx2);
  l->setWordWrap(true);
  add_widget(l);
}

void InspectorView::add_action(QPushButton* action) { actions_.push_back(action); }

// ---------------------------------------------------------------- states

EmptyState::EmptyState(const QString& icon_name, const QString& sentence, QWidget* parent) : QWidget(parent) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(gap::kXxl, gap::kXxl, gap::kXxl, gap::kXxl);
  all->setSpacing(gap::kL);
  all->addStretch(1);
  all->addWidget(new IconLabel(icon_name, Token::Tx3, 32), 0, Qt::AlignHCenter);
  sentence_ = label(sentence, Type::Medium);
  sentence_->setAlignment(Qt::AlignCenter);
  sentence_->setWordWrap(true);
  all->addWidget(sentence_);
  detail_ = label({}, Type::Body, Token::Tx2);
  detail_->setAlignment(Qt::AlignCenter);
  detail_->setWordWrap(true);
  detail_->hide();
  all->addWidget(detail_);
  action_ = primary_button(tr("Start"));
  action_->hide();
  all->addWidget(action_, 0, Qt::AlignHCenter);
  link_ = link_button(tr("Help"));
  link_->hide();
  all->addWidget(link_, 0, Qt::AlignHCenter);
  all->addStretch(2);
  setAccessibleName(sentence);
  connect(action_, &QPushButton::clicked, this, [this] {
    if (run_) run_();
  });
  connect(link_, &QPushButton::clicked, this, [this] {
    if (go_) go_();
  });
}
void EmptyState::set_sentence(const QString& sentence, const QString& detail) {
  sentence_->setText(sentence);
  detail_->setText(detail);
  detail_->setVisible(!detail.isEmpty());
  setAccessibleName(sentence);
}
QPushButton* EmptyState::set_action(const QString& text, std::function<void()> run, const QString& shortcut) {
  action_->setText(text);
  action_->setAccessibleName(text);
  action_->setToolTip(tip(text, shortcut));
  action_->show();
  run_ = std::move(run);
  return action_;
}
QPushButton* EmptyState::set_link(const QString& text, std::function<void()> run) {
  link_->setText(text);
  link_->setAccessibleName(text);
  link_->show();
  go_ = std::move(run);
  return link_;
}

Banner::Banner(QWidget* parent) : QFrame(parent) {
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(gap::kL, gap::kXs, gap::kM, gap::kXs);
  line->setSpacing(gap::kM);
  icon_ = new IconLabel(QStringLiteral("error"), Token::Err);
  label_ = label({}, Type::Body);
  label_->setWordWrap(true);
  label_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  action_ = button(tr("Retry"));
  copy_ = button(tr("Copy details"), QStringLiteral("copy"));
  line->addWidget(icon_);
  line->addWidget(label_, 1);
  line->addWidget(action_);
  line->addWidget(copy_);
  connect(action_, &QPushButton::clicked, this, [this] {
    if (run_) run_();
  });
  connect(copy_, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(text_); });
  hide();
}
void Banner::set(const QString& text, const QString& action, std::function<void()> run, Token token) {
  text_ = text;
  icon_->set(token == Token::Err ? QStringLiteral("error") : QStringLiteral("warning"), token);
  label_->setText(text);
  action_->setText(action);
  action_->setAccessibleName(action);
  action_->setVisible(!action.isEmpty());
  run_ = std::move(run);
  const QColor c = theme().color(token);
  setStyleSheet(QStringLiteral("panels--kit--Banner { background: rgba(%1,%2,%3,20); border: none; }").arg(c.red()).arg(c.green()).arg(c.blue()));
  setAccessibleName(text);
  show();
}
void Banner::show_error(const QString& text, const QString& action, std::function<void()> run) { set(text, action, std::move(run), Token::Err); }
void Banner::show_warning(const QString& text, const QString& action, std::function<void()> run) { set(text, action, std::move(run), Token::Warn); }
void Banner::clear() {
  text_.clear();
  hide();
}

QWidget* code_block(const QString& text, const QString& accessible_name, QWidget* parent) {
  auto* e = new QPlainTextEdit(text, parent);
  e->setReadOnly(true);
  e->setProperty("framed", true);
  e->setFont(theme().font(Type::Dense));
  e->setAccessibleName(accessible_name);
  e->setLineWrapMode(QPlainTextEdit::NoWrap);
  e->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  e->document()->setDocumentMargin(gap::kM);
  const int lines = std::clamp(int(text.count(QLatin1Char('\n'))) + 1, 1, 14);
  e->setFixedHeight(lines * QFontMetrics(theme().font(Type::Dense)).lineSpacing() + 2 * gap::kM + 4);
  return e;
}

}  // namespace panels::kit
