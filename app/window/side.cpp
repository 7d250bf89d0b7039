#include "app/window/side.h"

#include <QHBoxLayout>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "panels/kit/icons.h"

namespace app {

using namespace panels::kit;

// ---------------------------------------------------------------- inspector

Inspector::Inspector(QWidget* parent) : QFrame(parent) {
  setProperty("card", true);
  setFixedWidth(size::kInspector);
  setAccessibleName(tr("Inspector"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(1, 1, 1, 1);
  all->setSpacing(0);
  auto* head = new QWidget(this);
  head->setFixedHeight(size::kInspectorHeader - 1);
  auto* line = new QHBoxLayout(head);
  line->setContentsMargins(gap::kL, 0, gap::kM, 0);
  line->setSpacing(gap::kXs);
  icon_ = new IconLabel(QStringLiteral("info"), Token::Acc, 18);
  line->addWidget(icon_);
  line->addSpacing(gap::kXs);
  auto* words = new QVBoxLayout;
  words->setSpacing(0);
  words->addStretch(1);
  caption_ = label({}, Type::Caption, Token::Tx2);
  title_ = label({}, Type::Strong);
  for (QLabel* l : {caption_, title_}) l->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  words->addWidget(caption_);
  words->addWidget(title_);
  words->addStretch(1);
  line->addLayout(words, 1);
  pin_ = icon_button(QStringLiteral("pin"), tr("Keep this in the inspector"), {}, head);
  pin_->setCheckable(true);
  close_ = icon_button(QStringLiteral("close"), tr("Close the inspector"), QStringLiteral("Ctrl+I"), head);
  connect(close_, &QToolButton::clicked, this, &Inspector::close_requested);
  line->addWidget(pin_);
  line->addWidget(close_);
  all->addWidget(head);
  all->addWidget(hairline(this));
  scroll_ = new QScrollArea(this);
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->viewport()->setAutoFillBackground(false);
  all->addWidget(scroll_, 1);
  foot_ = new QWidget(this);
  auto* foot = new QVBoxLayout(foot_);
  foot->setContentsMargins(0, 0, 0, 0);
  foot->setSpacing(0);
  foot->addWidget(hairline(foot_));
  foot_layout_ = new QHBoxLayout;
  foot_layout_->setContentsMargins(gap::kL, gap::kL, gap::kL, gap::kL);
  foot_layout_->setSpacing(gap::kM);
  foot->addLayout(foot_layout_);
  all->addWidget(foot_);
  show_view(nullptr);
}

bool Inspector::pinned() const { return pin_->isChecked(); }

void Inspector::show_view(InspectorView* view) {
  while (QLayoutItem* item = foot_layout_->takeAt(0)) {
    if (item->widget()) item->widget()->hide(), item->widget()->deleteLater();
    delete item;
  }
  view_ = view;
  if (!view) {
    icon_->set(QStringLiteral("info"), Token::Tx3);
    caption_->setText(tr("Inspector"));
    title_->setText(tr("Nothing selected"));
    auto* empty = new EmptyState(QStringLiteral("target"), tr("Whatever you select is explained here: a service, a middleware step, a setting, a request, a span."));
    empty->setProperty("scrolled", true);
    scroll_->setWidget(empty);
    foot_->hide();
    return;
  }
  icon_->set(view->icon_name(), Token::Acc);
  caption_->setText(view->caption());
  title_->setText(view->title());
  title_->setToolTip(view->title());
  title_->setFont(theme().font(view->mono_title() ? Type::MonoStrong : Type::Strong));
  scroll_->setWidget(view);
  for (QPushButton* action : view->actions()) foot_layout_->addWidget(action);
  foot_layout_->addStretch(1);
  foot_->setVisible(!view->actions().empty());
}

// ---------------------------------------------------------------- toasts

Toasts::Toasts(QWidget* window) : QObject(window), window_(window) {}

void Toasts::raise(const Toast& toast) {
  auto* box = new QFrame(window_);
  box->setProperty("floating", true);
  box->setAccessibleName(toast.text);
  auto* line = new QHBoxLayout(box);
  line->setContentsMargins(gap::kL, gap::kM, gap::kM, gap::kM);
  line->setSpacing(gap::kM);
  line->addWidget(new IconLabel(toast.error ? QStringLiteral("error") : QStringLiteral("check-circle"), toast.error ? Token::Err : Token::Ok));
  auto* text = label(toast.text);
  text->setWordWrap(true);
  text->setMinimumWidth(std::min(360, QFontMetrics(theme().font(Type::Body)).horizontalAdvance(toast.text) + 4));
  text->setMaximumWidth(420);
  line->addWidget(text, 1);
  if (!toast.action.isEmpty()) {
    auto* act = button(toast.action);
    connect(act, &QPushButton::clicked, box, [box, run = toast.on_action] {
      box->deleteLater();
      if (run) run();
    });
    line->addWidget(act);
  }
  auto* close = icon_button(QStringLiteral("close"), tr("Dismiss"));
  connect(close, &QToolButton::clicked, box, &QWidget::deleteLater);
  line->addWidget(close);
  connect(box, &QObject::destroyed, this, [this] { QTimer::singleShot(0, this, &Toasts::place); });
  QTimer::singleShot(toast.action.isEmpty() && !toast.error ? 4000 : 8000, box, &QWidget::deleteLater);
  shown_.push_back(box);
  while (shown_.size() > 3) {
    if (shown_.front()) shown_.front()->deleteLater();
    shown_.erase(shown_.begin());
  }
  box->show();
  place();
}

void Toasts::place() {
  shown_.erase(std::remove_if(shown_.begin(), shown_.end(), [](const auto& w) { return w.isNull(); }), shown_.end());
  int y = window_->height() - size::kStatusBar - gap::kL;
  for (auto it = shown_.rbegin(); it != shown_.rend(); ++it) {
    (*it)->adjustSize();
    y -= (*it)->height();
    (*it)->move(window_->width() - (*it)->width() - gap::kXl, y);
    (*it)->raise();
    y -= gap::kM;
  }
}

}  // namespace app
