#include "panels/kit/states.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QStyle>
#include <QVBoxLayout>

#include "panels/kit/controls.h"

namespace panels::kit {
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
