// Side: what stands beside the panels — the inspector (whatever is selected) and toasts.
#pragma once

#include <QFrame>
#include <QTimer>
#include <QWidget>
#include <functional>
#include <vector>

#include "panels/kit/panel.h"
#include "panels/kit/widgets.h"

class QScrollArea;

namespace app {

// Inspector 320: shows the view that a panel made for the selection. Pinned, it stays when the selection moves on.
class Inspector : public QFrame {
  Q_OBJECT
 public:
  explicit Inspector(QWidget* parent);
  void show_view(panels::kit::InspectorView* view);   // takes it; nullptr shows what could be selected
  bool pinned() const;
  bool has_view() const { return view_ != nullptr; }
  panels::kit::InspectorView* view() const { return view_; }

 Q_SIGNALS:
  void close_requested();

 private:
  panels::kit::IconLabel* icon_;
  QLabel *caption_, *title_;
  QToolButton *pin_, *close_;
  QScrollArea* scroll_;
  QWidget* foot_;
  QHBoxLayout* foot_layout_;
  QPointer<panels::kit::InspectorView> view_;
};

// At most three at the bottom right, four seconds each; one with an action waits twice as long.
class Toasts : public QObject {
  Q_OBJECT
 public:
  explicit Toasts(QWidget* window);
  void raise(const panels::kit::Toast& toast);
  void place();
  int count() const { return int(shown_.size()); }

 private:
  QWidget* window_;
  std::vector<QPointer<QWidget>> shown_;
};

}  // namespace app
