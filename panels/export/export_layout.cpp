// ExportPanel: what it is made of: parts, files, preview and steps.
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QLineEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "panels/export/export_panel.h"
#include "panels/export/file_tree.h"
#include "panels/export/verify_view.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/widgets.h"

namespace panels::exporting {

using kit::Selection;
using kit::Token;
using kit::Type;
using namespace workbench::exporter;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

// What a part is called beside its box; one that is not named here is shown by its own name.
QString part_words(const PartInfo& part) {
  static const std::vector<std::pair<std::string, const char*>> words = {
      {"api", QT_TRANSLATE_NOOP("Export", "OpenAPI and errors")},
      {"contract", QT_TRANSLATE_NOOP("Export", "Contract tests")},
      {"functional", QT_TRANSLATE_NOOP("Export", "Tests of the program")},
      {"replay", QT_TRANSLATE_NOOP("Export", "Recorded traffic as tests")},
      {"bench", QT_TRANSLATE_NOOP("Export", "Benchmark")},
      {"docker", QT_TRANSLATE_NOOP("Export", "Image and compose file")},
      {"kubernetes", QT_TRANSLATE_NOOP("Export", "Kubernetes manifests")},
      {"systemd", QT_TRANSLATE_NOOP("Export", "systemd unit")},
      {"ci", QT_TRANSLATE_NOOP("Export", "CI workflow")},
      {"docs", QT_TRANSLATE_NOOP("Export", "Documents")},
      {"engine", QT_TRANSLATE_NOOP("Export", "The framework's sources")},
  };
  for (const auto& [name, said] : words)
    if (name == part.name) return QCoreApplication::translate("Export", said);
  return text(part.name);
}

}  // namespace

QWidget* ExportPanel::build_parts() {
  auto* sheet = new kit::Sheet;
  sheet->set_title(tr("Parts"));
  sheet->setFixedWidth(232);
  auto* box = new QVBoxLayout;
  box->setContentsMargins(12, 12, 12, 12);
  box->setSpacing(10);
  service_ = new QComboBox;
  service_->setAccessibleName(tr("Service to export"));
  box->addWidget(kit::label(tr("Service"), Type::Caption, Token::Tx2));
  box->addWidget(service_);
  box->addWidget(kit::label(tr("Design"), Type::Caption, Token::Tx2));
  design_ = new kit::Segments(tr("Design of the exported project"));
  design_->add(tr("singleton"));
  design_->add(tr("injected"));
  design_->set_current(1);
  design_->setToolTip(tr("singleton: g::db(), made when first used. injected: constructors, wired in one composition root."));
  box->addWidget(design_, 0, Qt::AlignLeft);
  box->addWidget(kit::label(tr("With it"), Type::Caption, Token::Tx2));
  // A low window shows some of the parts and scrolls to the rest.
  auto* list = new QWidget;
  auto* of_parts = new QVBoxLayout(list);
  of_parts->setContentsMargins(0, 0, 0, 0);
  of_parts->setSpacing(8);
  for (const PartInfo& part : part_infos()) {
    if (part.required) continue;
    const QString words = part_words(part);
    auto* box_of_part = new QCheckBox(words);
    box_of_part->setChecked(true);
    box_of_part->setToolTip(text(part.doc));
    parts_.push_back({part.name, words, box_of_part});
    of_parts->addWidget(box_of_part);
    connect(box_of_part, &QCheckBox::toggled, this, [this] { options_changed(); });
  }
  notes_ = kit::label({}, Type::Caption, Token::Tx2);
  notes_->setWordWrap(true);
  of_parts->addWidget(notes_);
  of_parts->addStretch(1);
  auto* area = new QScrollArea;
  area->setAccessibleName(tr("Parts that may be left out"));
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setWidget(list);
  list->setAutoFillBackground(false);   // setWidget() switched it on
  area->viewport()->setAutoFillBackground(false);
  box->addWidget(area, 1);
  sheet->body()->addLayout(box, 1);
  connect(service_, &QComboBox::currentIndexChanged, this, [this] { options_changed(); });
  connect(design_, &kit::Segments::changed, this, [this] { options_changed(); });
  connect(folder_, &QLineEdit::textEdited, this, [this] {
    folder_typed_ = true;
    options_changed();
  });
  return sheet;
}

QWidget* ExportPanel::build_files() {
  files_sheet_ = new kit::Sheet;
  files_sheet_->set_title(tr("Files"));
  files_sheet_->setFixedWidth(256);
  pages_ = new QStackedWidget;
  file_rows_ = new kit::CellRows({{tr("File"), 0}, {tr("State"), 44}}, this);
  files_ = new kit::TableView(tr("Files of the project"), kit::size::kRowDense);
  files_->setModel(file_rows_);
  pages_->addWidget(files_);
  auto* empty = new kit::EmptyState(QStringLiteral("package"), tr("A preview shows every file before anything is written."));
  empty->set_action(tr("Preview"), [this] { plan_now(); });
  pages_->addWidget(empty);
  pages_->setCurrentIndex(1);
  files_sheet_->body()->addWidget(pages_, 1);
  connect(files_, &kit::TableView::key_selected, this, [this](const QString& key) {
    if (key.startsWith(QLatin1String("folder:"))) return;
    show_file(key);
    session()->select({Selection::Kind::File, key, {}});
  });
  return files_sheet_;
}

QWidget* ExportPanel::build_preview() {
  preview_sheet_ = new kit::Sheet;
  preview_sheet_->set_title(tr("Nothing chosen"));
  side_ = new kit::Segments(tr("What of the file is shown"));
  for (const QString& name : {tr("Diff"), tr("New"), tr("On disk")}) side_->add(name);
  preview_sheet_->add_tool(side_);
  auto* copy = kit::icon_button(QStringLiteral("copy"), tr("Copy what is shown"));
  connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(code_->toPlainText()); });
  preview_sheet_->add_tool(copy);
  code_ = new kit::CodeEdit(tr("Content of the file"));
  code_->setReadOnly(true);
  code_->setPlaceholderText(tr("Choose a file at the left."));
  preview_sheet_->body()->addWidget(code_, 1);
  connect(side_, &kit::Segments::changed, this, [this] { show_file(shown_path_); });
  return preview_sheet_;
}

QWidget* ExportPanel::build_steps() {
  auto* sheet = new kit::Sheet;
  sheet->set_header_visible(false);
  verify_view_ = new VerifyView;
  sheet->body()->addWidget(verify_view_, 1);
  return sheet;
}

}  // namespace panels::exporting
