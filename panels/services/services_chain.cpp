// The chain in the hands of the user: steps moved and switched, in the Middleware tab and on the chips of the table.
#include <QMouseEvent>

#include "panels/services/detail_models.h"
#include "panels/services/service_model.h"
#include "panels/services/services_actions.h"
#include "panels/services/services_panel.h"

namespace panels::services {

using namespace kit;
using workbench::host::ServiceRow;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
}  // namespace

std::vector<std::pair<std::string, bool>> ServicesPanel::chain_of(const std::string& service) const {
  std::vector<std::pair<std::string, bool>> steps;
  if (const auto found = session()->views().details.find(service); found != session()->views().details.end())
    for (const auto& m : found->second.middleware) steps.emplace_back(m.name, m.on);
  return steps;
}

void ServicesPanel::apply_chain(const std::string& service, std::vector<std::pair<std::string, bool>> steps, const QString& what) {
  set_middleware(session(), q(service), std::move(steps), what);
}

void ServicesPanel::move_step(const std::string& service, int from, int to) {
  auto steps = chain_of(service);
  if (from < 0 || from >= int(steps.size()) || to < 0 || to >= int(steps.size()) || from == to) return;
  auto step = steps[std::size_t(from)];
  const QString name = q(step.first);
  steps.erase(steps.begin() + from);
  steps.insert(steps.begin() + to, std::move(step));
  apply_chain(service, std::move(steps), tr("Moved %1 to place %2").arg(name).arg(to + 1));
}

void ServicesPanel::toggle_step(const std::string& service, int step) {
  auto steps = chain_of(service);
  if (step < 0 || step >= int(steps.size())) return;
  const bool on = steps[std::size_t(step)].second = !steps[std::size_t(step)].second;
  const QString name = q(steps[std::size_t(step)].first);
  apply_chain(service, std::move(steps), on ? tr("Switched %1 on").arg(name) : tr("Switched %1 off").arg(name));
}

void ServicesPanel::move_step(int by) {
  const int row = chain_view_->currentIndex().row();
  move_step(service_, row, row + by);
}

void ServicesPanel::toggle_step() { toggle_step(service_, chain_view_->currentIndex().row()); }

// A chip of the table: pressed and let go on itself it is switched, let go on another of its row it takes that one's place.
bool ServicesPanel::chip_event(QEvent* event) {
  if (event->type() != QEvent::MouseButtonPress && event->type() != QEvent::MouseButtonRelease && event->type() != QEvent::MouseMove) return false;
  auto* mouse = static_cast<QMouseEvent*>(event);
  if (event->type() == QEvent::MouseMove) return !chip_.isEmpty();  // no rubber-band selection while a chip is carried
  const QModelIndex index = table_->indexAt(mouse->pos());
  const QString chip = index.isValid() && index.column() == ServiceModel::Middleware ? model_->chip_at(index.row(), table_->visualRect(index), mouse->pos()) : QString();
  if (event->type() == QEvent::MouseButtonPress) {
    chip_ = mouse->button() == Qt::LeftButton ? chip : QString();
    chip_row_ = index;
    if (!chip_.isEmpty()) table_->viewport()->setCursor(Qt::ClosedHandCursor);
    return false;  // the row is still selected
  }
  if (chip_.isEmpty()) return false;
  table_->viewport()->unsetCursor();
  const QString from = std::exchange(chip_, {});
  const ServiceRow* s = chip_row_.isValid() && index.isValid() && index.row() == chip_row_.row() ? model_->server(index.row()) : nullptr;
  if (!s || chip.isEmpty()) return false;
  const auto steps = chain_of(s->service);
  auto place = [&](const QString& name) {
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (q(steps[i].first) == name) return int(i);
    return -1;
  };
  if (from.startsWith(QLatin1Char('+')) || chip.startsWith(QLatin1Char('+')))
    tabs_->set_current(Middleware);
  else if (from == chip)
    toggle_step(s->service, place(from));
  else
    move_step(s->service, place(from), place(chip));
  return false;
}

bool ServicesPanel::eventFilter(QObject* object, QEvent* event) {
  if (object == table_->viewport() && chip_event(event)) return true;
  if (object == chain_view_ && event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
      move_step(key->key() == Qt::Key_Up ? -1 : 1);
      return true;
    }
  }
  if (object == chain_view_->viewport()) {
    if (event->type() == QEvent::MouseButtonPress) {
      const auto index = chain_view_->indexAt(static_cast<QMouseEvent*>(event)->pos());
      drag_from_ = index.isValid() && index.column() == MiddlewareModel::Grip && index.row() < chain_->steps() ? index.row() : -1;
      if (drag_from_ >= 0) chain_view_->viewport()->setCursor(Qt::ClosedHandCursor);
    } else if (event->type() == QEvent::MouseMove && drag_from_ >= 0) {
      return true;  // no rubber-band selection while a step is carried
    } else if (event->type() == QEvent::MouseButtonRelease && drag_from_ >= 0) {
      const auto index = chain_view_->indexAt(static_cast<QMouseEvent*>(event)->pos());
      chain_view_->viewport()->unsetCursor();
      const int from = std::exchange(drag_from_, -1);
      if (index.isValid() && index.row() != from) {
        chain_view_->setCurrentIndex(chain_->index(from, 0));
        move_step(std::min(index.row(), chain_->steps() - 1) - from);
      }
    }
  }
  return Panel::eventFilter(object, event);
}

}  // namespace panels::services
