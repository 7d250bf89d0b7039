// Compare: one difference, measured. The verdict first and in words, then every repetition over the band of noise, the percentiles
// with the predicted line, the share per instance, and why it can be trusted.
#pragma once

#include <vector>

#include "panels/kit/panel.h"

class QComboBox;
class QFrame;
class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QTimer;

namespace panels::kit {
class Sheet;
class TableView;
class Banner;
class CellRows;
class Tag;
class TabStrip;
namespace plots {
class DotPlot;
class SpectrumPlot;
class ShareBars;
}
}  // namespace panels::kit

namespace panels::compare {

class ComparePanel : public kit::Panel {
  Q_OBJECT
 public:
  explicit ComparePanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  void show_example() override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  void choose(const QString& preset_or_title);
  void set_runs(int runs);                       // 0: the scenario's own
  // Simulated jobs per run, and only one kind of a preset's scenarios, for the next run; 0 and empty: all that they say.
  void set_short(std::uint64_t jobs, const QString& kind);
  void run_or_cancel();
  bool is_running() const { return task_ != 0; }
  void show_report(const workbench::compare::Report& report, std::size_t section = 0);
  const workbench::compare::Report* report() const { return shown_ ? &*shown_ : nullptr; }
  QString verdict() const;

 Q_SIGNALS:
  void finished(bool good);

 protected:
  void refresh() override;

 private:
  QWidget* build_evidence();
  QWidget* build_trust();
  void show_progress();
  void show_section();
  void show_trust();
  void copy_report(int form);
  std::vector<workbench::compare::Report> kept() const;    // own results, then those of the workspace

  kit::Sheet *head_, *verdict_sheet_, *evidence_, *trust_;
  kit::Tag* kind_;
  kit::Banner* banner_;
  QComboBox* choice_;
  QSpinBox* runs_;
  QPushButton* run_;
  QProgressBar* bar_;
  QLabel *doing_, *verdict_, *line_, *theory_, *legend_;
  QFrame* edge_;
  QWidget* progress_;
  kit::plots::DotPlot* dots_;
  kit::plots::SpectrumPlot* spectrum_;
  kit::plots::ShareBars* share_;
  kit::CellRows* section_rows_;
  kit::TableView* sections_;
  kit::TabStrip* parts_;
  QStackedWidget *pages_, *part_pages_;
  QGridLayout* trust_grid_;
  QTimer* ticking_;
  std::vector<workbench::compare::Report> own_;
  std::optional<workbench::compare::Report> shown_;
  std::size_t section_ = 0;
  std::vector<std::size_t> dot_sections_;
  std::uint64_t task_ = 0, short_jobs_ = 0;
  QString short_kind_;
};

}  // namespace panels::compare
