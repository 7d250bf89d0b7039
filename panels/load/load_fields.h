// What is sent, how and for how long: target, open loop with a rate or closed loop with users, arrivals, duration. The rate stays in
// hand while a run is on; the rest is locked. GUI thread.
#pragma once

#include <QVariantMap>
#include <QWidget>
#include <vector>

#include "workbench/traffic/load_run.h"

class QComboBox;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace panels::kit {
class Segments;
}

namespace panels::load {

class LoadFields : public QWidget {
  Q_OBJECT
 public:
  explicit LoadFields(QWidget* parent = nullptr);
  void set_requests(const std::vector<workbench::traffic::SavedRequest>& requests);   // gRPC ones cannot be run as load and are left out
  void set_target(const QString& request_id);
  QString target() const;
  void set_rate_per_s(double rate);
  double rate_per_s() const;
  void set_duration_s(int seconds);
  void set_options(const workbench::traffic::LoadOptions& options);                   // as a run was started
  void fill(workbench::traffic::LoadOptions& options) const;                          // all but request and objectives
  void set_open_loop(bool on);
  bool is_open_loop() const;
  void set_running(bool on);
  QVariantMap save_state() const;
  void restore_state(const QVariantMap& state);

 Q_SIGNALS:
  void rate_changed(double rate_per_s);

 private:
  QComboBox *target_, *arrivals_, *length_;
  kit::Segments* mode_;
  QSpinBox *rate_, *users_;
  QSlider* slider_;
  QStackedWidget* rate_pages_;
  bool loading_ = false;
};

}  // namespace panels::load
