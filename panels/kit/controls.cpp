#include "panels/kit/controls.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <QStyleOptionButton>

#include "panels/kit/icons.h"

namespace panels::kit {
namespace {

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

}  // namespace

QString plural(int n, const QString& one, const QString& many) { return QStringLiteral("%1 %2").arg(n).arg(n == 1 ? one : many); }

QString tip(const QString& name, const QString& shortcut) {
  return shortcut.isEmpty() ? name : QStringLiteral("%1  (%2)").arg(name, shortcut);
}

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

}  // namespace panels::kit
