// Load: traffic against one saved request, with the rate in hand while it runs. The heat map is the largest because the tail is
// the finding; a cell leads to its traces; what makes the numbers doubtful is said above and at the foot. Runs are kept: one can be opened again, two compared.
#pragma once

#include <optional>
#include <vector>

#include "panels/kit/panel.h"

class QPushButton;
class QStackedWidget;
class QTimer;

namespace panels::kit {
class Sheet;
class TableView;
class Banner;
class CellRows;
class Tag;
namespace plots {
class TimeStack;
class SpectrumPlot;
}
}  // namespace panels::kit

namespace panels::load {

class LoadFields;
class LoadFigures;
class LoadObjectives;
class RunList;

class LoadPanel : public kit::Panel {
  Q_OBJECT
 public:
  explicit LoadPanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  void show_example() override;
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
  RunList* runs() const { return runs_; }
  kit::plots::SpectrumPlot* spectrum() const { return spectrum_; }
  kit::Banner* banner() const { return banner_; }

  void show_past(const workbench::traffic::SavedRun& run);
  void show_two(const workbench::traffic::SavedRun& older, const workbench::traffic::SavedRun& newer);
  void show_latest();

 protected:
  void refresh() override;

 private:
  QWidget* build_run();
  void show_slowest_cell();
  void open_past(const QString& id);
  void compare_two(const QString& older, const QString& newer);
  void show_state();
  void show_percentiles();
  void show_honesty();
  bool running() const;
  // Of what is shown: the past run that was opened, else the latest; null before the first.
  const workbench::traffic::LoadProgress* progress() const;
  const workbench::traffic::LoadOptions& run_options() const;

  kit::Sheet* sheet_;
  kit::Tag* state_;
  kit::Banner* banner_;
  QPushButton *start_, *back_;
  LoadFields* fields_;
  LoadFigures* figures_;
  LoadObjectives* objectives_;
  RunList* runs_;
  QStackedWidget *pages_, *figures_pages_;
  kit::plots::TimeStack* charts_;
  kit::plots::SpectrumPlot* spectrum_;
  kit::CellRows *percentile_rows_, *difference_rows_;
  kit::TableView* percentiles_;
  QTimer* rate_later_;
  std::optional<workbench::traffic::SavedRun> past_, against_;   // against_: the older of two that are compared
  std::int64_t wall_ns_ = 0;
  bool starting_ = false, asked_ = false;
};

}  // namespace panels::load
