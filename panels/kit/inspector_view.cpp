#include "panels/kit/inspector_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "panels/kit/controls.h"

namespace panels::kit {
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

}  // namespace panels::kit
