// ConsentBar: above a workspace that was never started on this machine. Nothing of it runs until Start is pressed; the bar lists what
// that would do. Consent is asked once per folder.
#pragma once

#include <QFrame>
#include <vector>

#include "workbench/workspace/start_plan.h"

class QLabel;
class QPushButton;

namespace app {

class ConsentBar : public QFrame {
  Q_OBJECT
 public:
  ConsentBar(const QString& folder, const std::vector<workbench::workspace::StartStep>& plan, QWidget* parent);
  QPushButton* start() const { return start_; }
  QPushButton* later() const { return later_; }
  QPushButton* details() const { return details_; }

 Q_SIGNALS:
  void start_chosen();
  void later_chosen();

 private:
  QPushButton *start_, *later_, *details_;
  QLabel* list_;
};

}  // namespace app
