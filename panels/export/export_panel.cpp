#include "panels/export/export_panel.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QCoreApplication>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QLineEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

#include "panels/export/file_tree.h"
#include "panels/export/verify_view.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/line_diff.h"
#include "panels/kit/story_export.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"

namespace panels::exporting {

using kit::Selection;
using kit::Token;
using kit::Type;
using namespace workbench::exporter;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

kit::Syntax syntax_of(const QString& path) {
  if (path.endsWith(QLatin1String(".json"))) return kit::Syntax::Json;
  for (const char* end : {".cpp", ".cc", ".h", ".hpp"})
    if (path.endsWith(QLatin1String(end))) return kit::Syntax::Cpp;
  return kit::Syntax::Plain;
}

// What becomes of a file of that class when the project is exported again.
QString class_words(const PlannedFile& f) {
  if (f.action == PlannedFile::Action::Conflict) return ExportPanel::tr("Generated, and edited by you since the last export");
  switch (f.file_class) {
    case FileClass::Generated: return ExportPanel::tr("Generated; written anew by every export");
    case FileClass::Scaffold: return ExportPanel::tr("Yours once it is written; an export never touches it again");
    case FileClass::Merged: return ExportPanel::tr("Merged with your edits by every export");
    case FileClass::Traffic: return ExportPanel::tr("Recorded traffic; cases are added, never taken away silently");
  }
  return {};
}

}  // namespace

ExportPanel::ExportPanel(kit::Session* session, QWidget* parent) : Panel(session, parent), output_(std::make_shared<OutputLines>()) {
  setAccessibleName(tr("Export"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(kit::gap::kM);
  head_ = new kit::Sheet;
  head_->set_title(tr("Export"));
  auto* to = kit::label(tr("to"), Type::Body, Token::Tx2);
  folder_ = new QLineEdit;
  folder_->setAccessibleName(tr("Folder of the project to write"));
  folder_->setFont(kit::theme().font(Type::Mono));
  folder_->setMinimumWidth(240);
  head_->header_layout()->insertWidget(1, to);
  head_->header_layout()->insertWidget(2, folder_, 2);
  auto* open = kit::button(tr("Open folder"), QStringLiteral("folder-open"));
  connect(open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder_->text())); });
  preview_ = kit::button(tr("Preview"), QStringLiteral("eye"));
  write_ = kit::button(tr("Write"), QStringLiteral("save"));
  verify_ = kit::primary_button(tr("Verify"), QStringLiteral("play"), QStringLiteral("Ctrl+Enter"));
  cancel_ = kit::button(tr("Cancel"), QStringLiteral("stop"));
  cancel_->hide();
  for (QPushButton* b : {open, preview_, write_, cancel_, verify_}) head_->add_tool(b);
  connect(preview_, &QPushButton::clicked, this, [this] { plan_now(); });
  connect(write_, &QPushButton::clicked, this, [this] { write_now(); });
  connect(verify_, &QPushButton::clicked, this, [this] { verify_now(); });
  connect(cancel_, &QPushButton::clicked, this, [this] { cancel(); });
  banner_ = new kit::Banner;
  head_->body()->addWidget(banner_);
  all->addWidget(head_);
  auto* middle = new QHBoxLayout;
  middle->setSpacing(kit::gap::kM);
  middle->addWidget(build_parts());
  middle->addWidget(build_files());
  middle->addWidget(build_preview(), 1);
  all->addLayout(middle, 4);
  all->addWidget(build_steps(), 3);
  ticking_ = new QTimer(this);
  ticking_->setInterval(100);
  connect(ticking_, &QTimer::timeout, this, [this] { take_output(); });
}

kit::PanelInfo ExportPanel::info() const { return {QStringLiteral("export"), tr("Export"), QStringLiteral("package"), kit::Group::Prove, QStringLiteral("-")}; }

std::vector<kit::Command> ExportPanel::commands() {
  const auto idle = [this] { return task_ == 0; };
  return {{QStringLiteral("export.plan"), tr("Preview the export"), QStringLiteral("eye"), {}, [this] { plan_now(); }, idle, {}},
          {QStringLiteral("export.write"), tr("Write the export"), QStringLiteral("save"), {}, [this] { write_now(); }, idle, {}},
          {QStringLiteral("export.verify"), tr("Build, test and replay the export"), QStringLiteral("play"), QStringLiteral("Ctrl+Return"), [this] { verify_now(); }, idle, {}},
          {QStringLiteral("export.cancel"), tr("Cancel the export"), QStringLiteral("stop"), {}, [this] { cancel(); }, [this] { return task_ != 0; }, {}}};
}

void ExportPanel::refresh() {
  QStringList names, now;
  for (const auto& row : session()->views().services)
    if (!names.contains(text(row.service))) names << text(row.service);
  for (int i = 0; i < service_->count(); ++i) now << service_->itemText(i);
  if (names != now) {
    const QString chosen = service_->currentText();
    service_->clear();
    service_->addItems(names);
    const int orders = static_cast<int>(names.indexOf(chosen.isEmpty() ? QStringLiteral("orders") : chosen));
    service_->setCurrentIndex(std::max(0, orders));
  }
  if (!session()->is_live() && !plan_ && !names.isEmpty()) {
    // A picture of a workspace shows the export that belongs to it.
    set_service(QStringLiteral("gateway"));
    set_folder(QStringLiteral("~/code/gateway"));
    show_plan(kit::story::export_plan());
    show_report(kit::story::export_report());
  }
  const bool none = names.isEmpty();
  for (QWidget* w : {static_cast<QWidget*>(preview_), static_cast<QWidget*>(write_), static_cast<QWidget*>(verify_)}) w->setEnabled(!none && task_ == 0);
  if (none) banner_->show_warning(tr("This workspace has no service to export."), tr("Open Services"), [this] { session()->open(QStringLiteral("services")); });
}

void ExportPanel::set_service(const QString& service) {
  if (service_->count() == 0) refresh();
  service_->setCurrentText(service);
}

void ExportPanel::set_folder(const QString& folder) {
  folder_typed_ = true;
  folder_->setText(folder);
  options_changed();
}

ExportOptions ExportPanel::options() const {
  ExportOptions o;
  o.service = service_->currentText().toStdString();
  o.folder = folder_->text().toStdString();
  o.design = design_->current() == 0 ? Design::G : Design::Injected;
  for (const PartBox& part : parts_)
    if (!part.box->isChecked()) o.without.insert(part.name);
  return o;
}

void ExportPanel::options_changed() {
  if (!folder_typed_) folder_->setText(QDir::homePath() + QStringLiteral("/slipway/exports/") + service_->currentText());
  if (!plan_) return;
  plan_.reset();
  report_.reset();
  written_ = false;
  file_rows_->set_rows({});
  pages_->setCurrentIndex(1);
  shown_path_.clear();
  code_->set_text({});
  code_->set_line_styles({});
  preview_sheet_->set_title(tr("Nothing chosen"));
  preview_sheet_->set_caption({});
  files_sheet_->set_caption({});
  files_sheet_->set_footer({});
  notes_->clear();
  show_parts();
  verify_view_->clear(false);
}

void ExportPanel::begin(std::uint64_t task, const QString& words) {
  task_ = task;
  doing_ = words;
  cancelling_ = false;
  banner_->clear();
  head_->set_caption(words);
  head_->set_busy(true);
  cancel_->show();
  for (QPushButton* b : {preview_, write_, verify_}) b->setEnabled(false);
  ticking_->start();
}

void ExportPanel::end() {
  take_output();
  task_ = 0;
  ticking_->stop();
  if (verifying_) verify_view_->end();
  verifying_ = false;
  head_->set_busy(false);
  head_->set_caption({});
  cancel_->hide();
  for (QPushButton* b : {preview_, write_, verify_}) b->setEnabled(true);
}

void ExportPanel::cancel() {
  if (task_ != 0) cancelling_ = true, session()->cancel_task(task_), head_->set_caption(tr("Stopping"));
}

void ExportPanel::take_output() {
  for (const auto& [step, line] : output_->take()) {
    verify_view_->add_output(step, line);
    if (task_ != 0 && !cancelling_) head_->set_caption(QStringLiteral("%1 %2").arg(doing_, text(step)));
  }
}

void ExportPanel::plan_now() {
  if (task_ != 0) return;
  begin(make_plan(session(), options(), output_, [self = QPointer<ExportPanel>(this)](slipway::Result<ExportPlan> result) {
    if (!self) return;
    self->end();
    if (result.ok()) self->show_plan(std::move(*result));
    else self->banner_->show_error(text(result.error().to_string()), tr("Retry"), [self] { self->plan_now(); });
    Q_EMIT self->planned(result.ok());
  }), tr("planning"));
}

void ExportPanel::write_now() {
  if (task_ != 0) return;
  if (!plan_) {
    // What is written was shown: plan first, then go on from there.
    auto once = std::make_shared<QMetaObject::Connection>();
    *once = connect(this, &ExportPanel::planned, this, [this, once](bool good) {
      disconnect(*once);
      if (good) QTimer::singleShot(0, this, [this] { write_now(); });
      else Q_EMIT written(false);
    });
    return plan_now();
  }
  begin(write_plan(session(), *plan_, output_, [self = QPointer<ExportPanel>(this)](slipway::Result<bool> result) {
    if (!self) return;
    self->end();
    self->written_ = result.ok();
    if (result.ok()) {
      // What was planned stands there now.
      std::erase_if(self->plan_->files, [](const PlannedFile& f) { return f.action == PlannedFile::Action::Remove; });
      for (PlannedFile& f : self->plan_->files)
        if (f.action != PlannedFile::Action::Keep) f.action = PlannedFile::Action::Same, f.present = f.merged.empty() ? f.content : f.merged;
      const QString shown = self->shown_path_;
      self->show_plan(ExportPlan(*self->plan_));
      self->files_->select_key(shown);
      self->show_file(shown);
      self->session()->toast({tr("%1 files in %2").arg(self->plan_ ? self->plan_->files.size() : 0).arg(self->folder_->text()), {}, {}});
      self->verify_view_->clear(true);
    } else {
      self->banner_->show_error(text(result.error().to_string()));
    }
    Q_EMIT self->written(result.ok());
  }), tr("writing"));
}

void ExportPanel::verify_now() {
  if (task_ != 0) return;
  if (!written_) {
    auto once = std::make_shared<QMetaObject::Connection>();
    *once = connect(this, &ExportPanel::written, this, [this, once](bool good) {
      disconnect(*once);
      if (good) QTimer::singleShot(0, this, [this] { verify_now(); });
      else Q_EMIT verified(false);
    });
    return write_now();
  }
  report_.reset();
  verifying_ = true;
  verify_view_->begin();
  begin(verify_export(session(), options(), VerifyMode::Installed, output_, [self = QPointer<ExportPanel>(this)](slipway::Result<VerifyReport> result) {
    if (!self) return;
    self->end();
    const bool good = result.ok() && result->passed();
    if (result.ok()) self->show_report(std::move(*result));
    else self->banner_->show_error(text(result.error().to_string()), tr("Retry"), [self] { self->verify_now(); });
    Q_EMIT self->verified(good);
  }), tr("verifying"));
}

void ExportPanel::show_plan(ExportPlan plan) {
  plan_ = std::move(plan);
  file_rows_->set_rows(file_rows(plan_->files));
  pages_->setCurrentIndex(0);
  files_sheet_->set_caption(QString::number(plan_->files.size()));
  const ActionCounts c = count_actions(plan_->files);
  QStringList words;
  if (c.changed > 0) words << tr("M %1").arg(c.changed);
  if (c.created > 0) words << tr("A %1").arg(c.created);
  if (c.kept > 0) words << tr("K %1 yours").arg(c.kept);
  if (c.conflicts > 0) words << tr("! %1 edited").arg(c.conflicts);
  if (c.removed > 0) words << tr("D %1").arg(c.removed);
  files_sheet_->set_footer(words.join(QStringLiteral(" &nbsp; ")), tr("%1 equal").arg(c.same));
  QStringList notes{tr("%1 recorded exchanges").arg(plan_->exchanges)};
  for (const std::string& note : plan_->notes) notes << text(note);
  notes_->setText(notes.join(QLatin1Char('\n')));
  if (c.conflicts > 0) banner_->show_warning(tr("%1 generated files were edited since the last export. Move the edits to a file of yours, or choose another folder; nothing is overwritten.").arg(c.conflicts));
  if (const auto marked = plan_->marked(); !marked.empty())
    banner_->show_warning(tr("%1 files were changed by you and by the export in the same lines. Both texts will stand there between conflict markers: resolve them before you verify.").arg(marked.size()));
  // A changed file first, then a handler: what somebody looks for.
  QString first;
  for (const auto wanted : {PlannedFile::Action::Conflict, PlannedFile::Action::Overwrite})
    for (const bool source : {true, false})
      for (const PlannedFile& f : plan_->files)
        if (first.isEmpty() && f.action == wanted && (!source || text(f.path).endsWith(QLatin1String(".cpp")))) first = text(f.path);
  for (const PlannedFile& f : plan_->files)
    if (first.isEmpty() && text(f.path).endsWith(QLatin1String(".cpp"))) first = text(f.path);
  if (first.isEmpty() && !plan_->files.empty()) first = text(plan_->files.front().path);
  show_file(first);
  files_->select_key(first);
  show_parts();
  if (!report_) verify_view_->clear(written_);
}

void ExportPanel::show_parts() {
  // Each with the number of its files, once they are planned.
  for (const PartBox& part : parts_) {
    std::size_t files = 0;
    if (plan_) {
      for (const PlannedFile& f : plan_->files) files += f.part == part.name;
      if (part.name == "engine") files += plan_->vendored_files;
    }
    part.box->setText(files == 0 ? part.words : tr("%1 (%2)").arg(part.words).arg(files));
  }
}

void ExportPanel::show_file(const QString& path) {
  if (!plan_) return;
  for (const PlannedFile& f : plan_->files) {
    if (text(f.path) != path) continue;
    shown_path_ = path;
    preview_sheet_->set_title(path);
    const QString after = text(f.merged.empty() ? f.content : f.merged);
    const auto lines = kit::diff_lines(text(f.present), after);
    const auto count = [&](kit::DiffLine::Kind kind) { return std::count_if(lines.begin(), lines.end(), [kind](const kit::DiffLine& l) { return l.kind == kind; }); };
    const auto added = count(kit::DiffLine::Kind::Added), removed = count(kit::DiffLine::Kind::Removed);
    preview_sheet_->set_caption(f.present.empty() ? tr("new, %1 lines").arg(added) : added + removed == 0 ? tr("equal to what is there") : QStringLiteral("+%1 -%2").arg(added).arg(removed));
    preview_sheet_->set_footer(class_words(f), f.present.empty() ? tr("not in the folder yet") : QString());
    code_->set_syntax(syntax_of(path));
    if (side_->current() == 0 && !f.present.empty()) {
      kit::show_diff(*code_, lines);
    } else {
      code_->set_line_styles({});
      code_->set_text(side_->current() == 2 ? text(f.present) : after);
    }
    return;
  }
}

void ExportPanel::show_report(VerifyReport report) {
  report_ = std::move(report);
  verify_view_->show_report(*report_);
}

QWidget* ExportPanel::make_inspector(const Selection& selection, QWidget* parent) {
  if (selection.kind != Selection::Kind::File || !plan_) return nullptr;
  for (const PlannedFile& f : plan_->files) {
    if (text(f.path) != selection.id) continue;
    auto* view = new kit::InspectorView(QStringLiteral("file"), tr("File of the export"), selection.id.section(QLatin1Char('/'), -1), parent, true);
    view->add_section(tr("File"));
    view->add_row(tr("Path"), selection.id);
    if (!f.part.empty()) view->add_row(tr("Part"), text(f.part));
    view->add_row(tr("Class"), text(std::string(class_name(f.file_class))));
    view->add_row(tr("Size"), kit::plots::size_text(f.content.size()));
    view->add_section(tr("What writing does"));
    switch (f.action) {
      case PlannedFile::Action::Create: view->add_text(tr("It is not there yet and is created.")); break;
      case PlannedFile::Action::Keep: view->add_text(tr("It is yours and stays as it is.")); break;
      case PlannedFile::Action::Overwrite: view->add_text(tr("It was generated before and not edited since; it is replaced.")); break;
      case PlannedFile::Action::Same: view->add_text(tr("It is equal already.")); break;
      case PlannedFile::Action::Conflict: view->add_text(tr("It was generated and then edited by you. The export stops rather than lose the edit.")); break;
      case PlannedFile::Action::Remove: view->add_text(tr("An earlier export wrote it, this one has no use for it; it is taken away.")); break;
    }
    return view;
  }
  return nullptr;
}

void ExportPanel::reveal(const Selection& selection) {
  if (selection.kind == Selection::Kind::File) {
    files_->select_key(selection.id);
    show_file(selection.id);
  }
  if (selection.kind == Selection::Kind::Service) set_service(selection.id);
}

QVariantMap ExportPanel::save_state() const { return {{QStringLiteral("service"), service_->currentText()}, {QStringLiteral("folder"), folder_typed_ ? folder_->text() : QString()}, {QStringLiteral("design"), design_->current()}}; }

void ExportPanel::restore_state(const QVariantMap& state) {
  if (state.isEmpty()) return;
  set_service(state.value(QStringLiteral("service")).toString());
  if (const QString folder = state.value(QStringLiteral("folder")).toString(); !folder.isEmpty()) set_folder(folder);
  design_->set_current(std::clamp(state.value(QStringLiteral("design"), 1).toInt(), 0, 1));
}

}  // namespace panels::exporting
