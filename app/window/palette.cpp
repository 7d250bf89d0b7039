#include "app/window/palette.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include "panels/kit/icons.h"
#include "panels/kit/widgets.h"

namespace app {

using namespace panels::kit;

namespace {
constexpr int kRow = 36, kCaption = 32, kWidth = 680;
}

class Palette::List final : public QWidget {
 public:
  explicit List(Palette* palette) : QWidget(palette), palette_(palette) {
    setMouseTracking(true);
    setAccessibleName(tr("Results"));
    setProperty("scrolled", true);
  }
  int height_wanted() const {
    int h = gap::kXs;
    QString section;
    for (const auto& e : palette_->entries_) {
      if (e.section != section) h += kCaption, section = e.section;
      h += kRow;
    }
    return h + gap::kM;
  }
  QRect row_rect(int index) const {
    int y = gap::kXs;
    QString section;
    for (int i = 0; i <= index; ++i) {
      const auto& e = palette_->entries_[std::size_t(i)];
      if (e.section != section) y += kCaption, section = e.section;
      if (i == index) return {gap::kM, y, width() - 2 * gap::kM, kRow};
      y += kRow;
    }
    return {};
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    QString section;
    for (int i = 0; i < int(palette_->entries_.size()); ++i) {
      const PaletteEntry& e = palette_->entries_[std::size_t(i)];
      const QRect r = row_rect(i);
      if (e.section != section) {
        section = e.section;
        paint_text(p, QRect(r.left() + gap::kM, r.top() - kCaption + 2, r.width(), kCaption), section, Type::Caption, theme().color(Token::Tx2));
      }
      const bool on = i == palette_->current_;
      if (on) {
        p.setPen(Qt::NoPen);
        p.setBrush(theme().color(Token::Sel));
        p.drawRoundedRect(r, 6, 6);
      }
      paint_icon(p, e.icon, theme().color(on ? Token::Acc : Token::Tx2), QRectF(r.left() + 9, r.top() + (kRow - 16) / 2, 16, 16));
      int end = r.right() - gap::kM;
      if (on || !e.keys.isEmpty()) {
        const QString keys = on && e.keys.isEmpty() ? QStringLiteral("Enter") : e.keys;
        const int w = QFontMetrics(theme().font(Type::Dense)).horizontalAdvance(keys) + gap::kL;
        const QRect cap(end - w, r.top() + (kRow - 18) / 2, w, 18);
        p.setPen(theme().color(on ? Token::LineS : Token::Line));
        p.setBrush(theme().color(Token::Bg1));
        p.drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        paint_text(p, cap, keys, Type::Dense, theme().color(Token::Tx2), Qt::AlignHCenter);
        end = cap.left() - gap::kM;
      }
      if (!e.verb.isEmpty() && (on || e.keys.isEmpty())) {
        const int w = QFontMetrics(theme().font(Type::Caption)).horizontalAdvance(e.verb);
        paint_text(p, QRect(end - w, r.top(), w, kRow), e.verb, Type::Caption, theme().color(Token::Tx2));
        end -= w + gap::kM;
      }
      int x = r.left() + 34;
      x = paint_matched(p, e, QRect(x, r.top(), end - x, kRow));
      if (!e.detail.isEmpty() && end - x > 40)
        paint_text(p, QRect(x + gap::kL, r.top(), end - x - gap::kL, kRow), e.detail, Type::Caption, theme().color(Token::Tx2));
    }
    if (palette_->entries_.empty()) {
      p.setFont(theme().font(Type::Body));
      p.setPen(theme().color(Token::Tx2));
      p.drawText(rect(), Qt::AlignCenter, tr("Nothing has that name. Esc closes."));
    }
  }
  void mouseMoveEvent(QMouseEvent* event) override { hover(event->pos()); }
  void mousePressEvent(QMouseEvent* event) override {
    if (hover(event->pos())) palette_->run_current();
  }

 private:
  bool hover(const QPoint& at) {
    for (int i = 0; i < int(palette_->entries_.size()); ++i)
      if (row_rect(i).contains(at)) {
        if (palette_->current_ != i) palette_->current_ = i, update();
        return true;
      }
    return false;
  }
  // The matched letters stand in the accent, in a heavier weight.
  static int paint_matched(QPainter& p, const PaletteEntry& e, const QRect& r) {
    int x = r.left();
    for (int i = 0; i < e.title.size() && x < r.right();) {
      const bool hit = std::find(e.matched.begin(), e.matched.end(), i) != e.matched.end();
      int j = i;
      while (j < e.title.size() && (std::find(e.matched.begin(), e.matched.end(), j) != e.matched.end()) == hit) ++j;
      const Type type = e.mono ? (hit ? Type::MonoStrong : Type::Mono) : (hit ? Type::Strong : Type::Body);
      x += paint_text(p, QRect(x, r.top(), r.right() - x, r.height()), e.title.mid(i, j - i), type, theme().color(hit ? Token::Acc : Token::Tx));
      i = j;
    }
    return x;
  }
  Palette* palette_;
};

Palette::Palette(Session* session, CommandTable* commands, std::vector<PanelInfo> panels, QWidget* parent)
    : QWidget(parent), session_(session), commands_(commands), panels_(std::move(panels)) {
  setAccessibleName(tr("Palette"));
  box_ = new QWidget(this);
  box_->setProperty("floating", true);
  box_->setAttribute(Qt::WA_StyledBackground);
  auto* all = new QVBoxLayout(box_);
  all->setContentsMargins(1, 1, 1, 1);
  all->setSpacing(0);
  auto* top = new QWidget(box_);
  top->setFixedHeight(52);
  auto* line = new QHBoxLayout(top);
  line->setContentsMargins(gap::kXl, 0, gap::kXl, 0);
  line->setSpacing(gap::kL);
  line->addWidget(new IconLabel(QStringLiteral("search"), Token::Acc, 18));
  field_ = new QLineEdit(top);
  field_->setProperty("bare", true);
  QFont big = theme().font(Type::Body);
  big.setPixelSize(15);
  field_->setFont(big);
  field_->setAccessibleName(tr("Search or run a command"));
  field_->setPlaceholderText(tr("Search, paste a cURL line, or type > for commands"));
  field_->installEventFilter(this);
  line->addWidget(field_, 1);
  count_ = label({}, Type::Caption, Token::Tx2);
  line->addWidget(count_);
  line->addWidget(new KeyCap(QStringLiteral("Esc")));
  all->addWidget(top);
  all->addWidget(hairline(box_));
  scroll_ = new QScrollArea(box_);
  scroll_->setWidgetResizable(true);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_ = new List(this);
  scroll_->setWidget(list_);
  all->addWidget(scroll_, 1);
  all->addWidget(hairline(box_));
  auto* foot = new QWidget(box_);
  foot->setFixedHeight(36);
  auto* hints = new QHBoxLayout(foot);
  hints->setContentsMargins(gap::kXl, 0, gap::kXl, 0);
  hints->setSpacing(gap::kXl);
  auto hint = [&](const QString& key, const QString& what) {
    auto* l = new QHBoxLayout;
    l->setSpacing(gap::kXs);
    l->addWidget(label(key, Type::MonoStrong));
    l->addWidget(label(what, Type::Caption, Token::Tx2));
    hints->addLayout(l);
  };
  hint(QStringLiteral(">"), tr("commands"));
  hint(QStringLiteral("@"), tr("routes"));
  hint(QStringLiteral("#"), tr("traces"));
  hints->addStretch(1);
  hints->addWidget(label(tr("Up, Down to move"), Type::Caption, Token::Tx2));
  all->addWidget(foot);
  connect(field_, &QLineEdit::textChanged, this, &Palette::search);
  hide();
}

void Palette::open(const QString& text) {
  came_from_ = window()->focusWidget();
  setGeometry(parentWidget()->rect());
  place();
  show();
  raise();
  field_->setText(text);
  search();
  field_->setFocus(Qt::OtherFocusReason);
}

void Palette::close_palette() {
  hide();
  if (came_from_) came_from_->setFocus(Qt::OtherFocusReason);
}

void Palette::place() {
  const int w = std::min(kWidth, width() - 80);
  const int most = height() - 80 - 120;
  const int wanted = 52 + 36 + 4 + std::max(120, list_->height_wanted());
  box_->setGeometry((width() - w) / 2, 80, w, std::min(most, wanted));
  list_->setMinimumHeight(list_->height_wanted());
}

void Palette::search() {
  if (!isVisible() && field_->text().isEmpty() && !entries_.empty()) return;
  entries_ = palette_entries(field_->text(), *session_, *commands_, panels_);
  current_ = 0;
  count_->setText(plural(int(entries_.size()), tr("result"), tr("results")));
  place();
  scroll_->verticalScrollBar()->setValue(0);
  list_->update();
}

void Palette::move(int by) {
  if (entries_.empty()) return;
  const int n = int(entries_.size());
  current_ = (current_ + by + n) % n;
  const QRect r = list_->row_rect(current_);
  scroll_->ensureVisible(r.center().x(), r.center().y(), 0, kRow);
  field_->setAccessibleDescription(entries_[std::size_t(current_)].title);
  list_->update();
}

void Palette::run_current() {
  if (current_ < 0 || current_ >= int(entries_.size())) return;
  const auto run = entries_[std::size_t(current_)].run;
  close_palette();
  if (run) run();
}

bool Palette::eventFilter(QObject* object, QEvent* event) {
  if (object == field_ && event->type() == QEvent::KeyPress) {
    switch (static_cast<QKeyEvent*>(event)->key()) {
      case Qt::Key_Down: move(1); return true;
      case Qt::Key_Up: move(-1); return true;
      case Qt::Key_PageDown: move(8); return true;
      case Qt::Key_PageUp: move(-8); return true;
      case Qt::Key_Return:
      case Qt::Key_Enter: run_current(); return true;
      case Qt::Key_Escape: close_palette(); return true;
      case Qt::Key_Tab: move(1); return true;
      default: break;
    }
  }
  return QWidget::eventFilter(object, event);
}

void Palette::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), theme().color(Token::Scrim));
}
void Palette::mousePressEvent(QMouseEvent* event) {
  if (!box_->geometry().contains(event->pos())) close_palette();
}

}  // namespace app
