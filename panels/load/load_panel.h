// Load: traffic against one saved request, with the rate in hand while it runs. The heat map is the largest because the tail is
// the finding; a cell leads to its traces; what makes the numbers doubtful is said at the foot.
#pragma once

#include <vector>

#include "panels/kit/panel.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QSpinBox;
class QStackedWidget;
class QHBoxLayout;
class QTimer;

namespace panels::kit {
class Sheet;
class TableView;
class Segments;
class Banner;
class CellRows;
class Tag;
namespace plots {
class TimeStack;
class SpectrumPlot;
}
}  // namespace panels::kit

namespace panels::load {

class LoadPanel : public kit::Panel {
  Q_OBJECT
 public:
  explicit LoadPanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  void start_or_stop();
  void set_target(const QString& request_id);
  void set_rate_per_s(double rate);      // live when a run is on
  double rate_per_s() const;
  void set_duration_s(int seconds);
  workbench::traffic::LoadOptions options() const;   // as the fields stand
  kit::plots::TimeStack* charts() const { return charts_; }
  QPushButton* start_button() const { return start_; }

 protected:
  void refresh() override;

 private:
  struct Kpi {
    QLabel *caption, *value, *note;
  };
  QWidget* build_fields();
  QWidget* build_kpis();
  QWidget* build_slos();
  void show_figures();
  void show_slos();
  void show_percentiles();
  void show_honesty();
  void field_changed();
  bool running() const;

  kit::Sheet* sheet_;
  kit::Tag* state_;
  kit::Banner* banner_;
  QPushButton* start_;
  QComboBox *target_, *arrivals_, *length_;
  kit::Segments* mode_;
  QSpinBox *rate_, *users_;
  QSlider* slider_;
  QLineEdit* slo_;
  QHBoxLayout* chips_;
  QLabel* slo_note_;
  std::vector<Kpi> kpis_;
  QStackedWidget *pages_, *rate_pages_;
  kit::plots::TimeStack* charts_;
  kit::plots::SpectrumPlot* spectrum_;
  kit::CellRows* percentile_rows_;
  kit::TableView* percentiles_;
  QTimer* rate_later_;
  std::int64_t wall_ns_ = 0;
  bool loading_ = false, starting_ = false;
};

}  // namespace panels::load
