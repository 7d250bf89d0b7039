// Export: a service as a project of its own. Options, the files that would be written with their difference against the folder, then
// write, build, test, start and replay, each step shown with what it said.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "panels/export/export_live.h"
#include "panels/kit/panel.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTimer;

namespace panels::kit {
class Sheet;
class TableView;
class Segments;
class Banner;
class CellRows;
class CodeEdit;
}  // namespace panels::kit

namespace panels::exporting {

class VerifyView;

class ExportPanel : public kit::Panel {
  Q_OBJECT
 public:
  explicit ExportPanel(kit::Session* session, QWidget* parent = nullptr);
  kit::PanelInfo info() const override;
  std::vector<kit::Command> commands() override;
  QWidget* make_inspector(const kit::Selection& selection, QWidget* parent) override;
  void reveal(const kit::Selection& selection) override;
  QVariantMap save_state() const override;
  void restore_state(const QVariantMap& state) override;

  void set_service(const QString& service);
  void set_folder(const QString& folder);
  workbench::exporter::ExportOptions options() const;
  void plan_now();                       // preview
  void write_now();                      // plans first when nothing is planned
  void verify_now();
  void cancel();
  bool is_busy() const { return task_ != 0; }
  void show_plan(workbench::exporter::ExportPlan plan);
  void show_report(workbench::exporter::VerifyReport report);
  const workbench::exporter::ExportPlan* plan() const { return plan_ ? &*plan_ : nullptr; }
  VerifyView* verify_view() const { return verify_view_; }
  const workbench::exporter::VerifyReport* report() const { return report_ ? &*report_ : nullptr; }

 Q_SIGNALS:
  void planned(bool good);
  void written(bool good);
  void verified(bool good);

 protected:
  void refresh() override;

 private:
  QWidget* build_parts();
  QWidget* build_files();
  QWidget* build_preview();
  QWidget* build_steps();
  void begin(std::uint64_t task, const QString& words);
  void end();
  void take_output();
  void show_file(const QString& path);
  void show_parts();
  void options_changed();

  kit::Sheet *head_, *files_sheet_, *preview_sheet_;
  kit::Banner* banner_;
  QLineEdit* folder_;
  QComboBox* service_;
  kit::Segments *design_, *side_;
  struct PartBox {
    std::string name;
    QString words;
    QCheckBox* box;
  };
  std::vector<PartBox> parts_;   // of part_infos() that may be left out
  QPushButton *preview_, *write_, *verify_, *cancel_;
  QLabel* notes_;
  kit::CellRows* file_rows_;
  kit::TableView* files_;
  kit::CodeEdit* code_;
  VerifyView* verify_view_;
  QStackedWidget* pages_;
  QTimer* ticking_;
  OutputPtr output_;
  std::optional<workbench::exporter::ExportPlan> plan_;
  std::optional<workbench::exporter::VerifyReport> report_;
  QString doing_, shown_path_;
  std::uint64_t task_ = 0;
  bool written_ = false, folder_typed_ = false, verifying_ = false, cancelling_ = false;
};

}  // namespace panels::exporting
