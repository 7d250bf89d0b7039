#include "panels/kit/panel.h"

#include <QShowEvent>

namespace panels::kit {

Panel::Panel(Session* session, QWidget* parent) : QWidget(parent), session_(session) {
  connect(session, &Session::refreshed, this, &Panel::on_refreshed);
}

QWidget* Panel::make_inspector(const Selection&, QWidget*) { return nullptr; }
void Panel::reveal(const Selection&) {}

void Panel::on_refreshed() {
  if (isVisible() && session_) refresh();
}

void Panel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (session_) refresh();
}

void CommandTable::add(Command command) {
  for (Command& c : commands_)
    if (c.id == command.id) {
      c = std::move(command);
      Q_EMIT changed();
      return;
    }
  commands_.push_back(std::move(command));
  Q_EMIT changed();
}

const Command* CommandTable::find(const QString& id) const {
  for (const Command& c : commands_)
    if (c.id == id) return &c;
  return nullptr;
}

bool CommandTable::run(const QString& id) {
  const Command* found = find(id);
  if (!found || !found->is_enabled() || !found->run) return false;
  const auto action = found->run;  // the table may change while it runs
  action();
  Q_EMIT ran(id);
  return true;
}

}  // namespace panels::kit
