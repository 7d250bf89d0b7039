#include "panels/kit/sheet.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>

#include "panels/kit/controls.h"

namespace panels::kit {
namespace {

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

}  // namespace panels::kit
