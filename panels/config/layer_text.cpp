#include "panels/config/layer_text.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QVBoxLayout>

#include "panels/config/config_actions.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/widgets.h"

namespace panels::config {

using namespace kit;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }
const QString kOverrides = QStringLiteral(".slipway/overrides.yaml");

// Folders, .env files and servers have no text here.
bool is_text(const std::string& extension) { return extension == ".yaml" || extension == ".yml" || extension == ".toml" || extension == ".json" || extension == ".ini" || extension == ".properties"; }

// Problems of a rejected document come one per line.
std::vector<Place> places_of(const Views& v) {
  std::vector<Place> out;
  for (const auto& p : v.config.problems)
    for (const QString& line : q(p).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
      if (Place place = place_of(line); !place.file.isEmpty()) out.push_back(std::move(place));
  return out;
}

}  // namespace

std::vector<TextFile> text_files(const Views& v) {
  std::vector<TextFile> out;
  for (auto layer = v.config.layers.rbegin(); layer != v.config.layers.rend(); ++layer) {
    if (*layer == "overrides")
      out.push_back({kOverrides, LayerText::tr("overrides"), 0});
    else if (const auto dot = layer->rfind('.'); dot != std::string::npos && is_text(layer->substr(dot)))
      out.push_back({q(*layer), LayerText::tr("file"), 0});
  }
  for (const auto& [service, detail] : v.details)
    if (!detail.file.empty()) out.push_back({q(detail.file), LayerText::tr("defaults of %1").arg(q(service)), 0});
  out.push_back({QStringLiteral("workspace.yaml"), LayerText::tr("workspace"), 0});
  for (const Place& p : places_of(v)) {
    auto known = std::find_if(out.begin(), out.end(), [&](const TextFile& f) { return f.file == p.file; });
    if (known == out.end() && p.file.startsWith(QStringLiteral("services/")))
      out.push_back({p.file, LayerText::tr("not loaded"), 1});  // a service that could not be read at all
    else if (known != out.end())
      ++known->problems;
  }
  return out;
}

TextFileModel::TextFileModel(QObject* parent) : TableModel({{tr("File"), 0}, {tr("Layer"), 136}}, parent) {}

void TextFileModel::set(std::vector<TextFile> files, const std::map<QString, QString>& drafts) {
  std::vector<QString> keys;
  for (const TextFile& f : files) keys.push_back(f.file);
  replace_rows(std::move(keys), [&] { files_ = std::move(files), drafts_ = drafts; });
}

Cell TextFileModel::cell(int row, int column) const {
  const TextFile& f = files_[std::size_t(row)];
  if (column == 1) return Cell::plain(f.role, Token::Tx2);
  Cell c = Cell::mono(f.file, f.problems > 0 ? Token::Err : Token::Tx);
  c.tooltip = f.file;
  if (f.problems > 0) c.tags.push_back({plural(f.problems, tr("problem"), tr("problems")), Token::Err, {}, true, false, false});
  if (drafts_.count(f.file)) c.tags.push_back({tr("edited"), Token::Warn, {}, true, false, false});
  return c;
}

LayerText::LayerText(Session* session, QWidget* parent) : QWidget(parent), session_(session) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  auto* both = new QSplitter(Qt::Horizontal, this);
  both->setHandleWidth(1);
  both->setProperty("hair", true);
  both->setChildrenCollapsible(false);
  all->addWidget(both);
  model_ = new TextFileModel(this);
  list_ = new TableView(tr("Files of the workspace"), size::kRow, both);
  list_->setModel(model_);
  list_->setSelectionMode(QAbstractItemView::SingleSelection);
  auto* right = new QWidget(both);
  auto* column = new QVBoxLayout(right);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* head = new QWidget(right);
  head->setFixedHeight(36);
  auto* line = new QHBoxLayout(head);
  line->setContentsMargins(gap::kL, 0, gap::kM, 0);
  line->setSpacing(gap::kM);
  name_ = label({}, Type::MonoStrong);
  state_ = label({}, Type::Caption, Token::Tx2);
  state_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  save_ = button(tr("Save"), QStringLiteral("save"), QStringLiteral("Ctrl+S"));
  discard_ = button(tr("Discard"), QStringLiteral("undo"));
  line->addWidget(name_);
  line->addWidget(state_, 1);
  line->addWidget(discard_);
  line->addWidget(save_);
  column->addWidget(head);
  column->addWidget(hairline(right));
  banner_ = new Banner(right);
  column->addWidget(banner_);
  edit_ = new CodeEdit(tr("Text of the layer"), right);
  column->addWidget(edit_, 1);
  both->addWidget(list_);
  both->addWidget(right);
  both->setSizes({420, 708});
  both->setStretchFactor(1, 1);
  connect(list_, &TableView::key_selected, this, &LayerText::open);
  connect(list_, &TableView::key_activated, this, [this] { edit_->setFocus(Qt::ShortcutFocusReason); });
  connect(save_, &QPushButton::clicked, this, &LayerText::save);
  connect(discard_, &QPushButton::clicked, this, &LayerText::discard);
  auto* keys = new QShortcut(QKeySequence(QStringLiteral("Ctrl+S")), this, this, &LayerText::save);
  keys->setContext(Qt::WidgetWithChildrenShortcut);
  connect(edit_, &QPlainTextEdit::textChanged, this, [this] {
    if (showing_ || !loaded_) return;
    if (edit_->toPlainText() == on_disk_)
      drafts_.erase(file_);
    else
      drafts_[file_] = edit_->toPlainText();
    refused_.clear();
    show_state();
  });
  show_state();
}

void LayerText::set_active(bool active) {
  active_ = active;
  Interest i = session_->interest();
  i.file = active ? file_.toStdString() : std::string();
  session_->set_interest(i);
  if (active) show_views();
}

void LayerText::open(const QString& file) {
  if (file == file_) return;
  file_ = file;
  loaded_ = changed_ = false;
  refused_.clear();
  edit_->set_syntax(syntax_of(file));
  set_active(active_);
  show_state();
}

void LayerText::reveal(const QString& place) {
  wanted_ = place_of(place);
  list_->select_key(wanted_.file);
  show_views();
}

void LayerText::show_views() {
  const Views& v = session_->views();
  model_->set(text_files(v), drafts_);
  if (file_.isEmpty() && model_->rowCount() > 0) {
    // The highest file is where edits go; it may not be there yet, then the next is more telling.
    const int first = model_->rowCount() > 1 && v.file_texts.count(kOverrides.toStdString()) == 0 ? 1 : 0;
    list_->setCurrentIndex(model_->index(first, 0));
  }
  if (const auto found = v.file_texts.find(file_.toStdString()); found != v.file_texts.end()) {
    const QString text = q(found->second);
    const auto draft = drafts_.find(file_);
    if (!loaded_) {
      on_disk_ = text;
      loaded_ = true;
      showing_ = true;
      edit_->setPlainText(draft == drafts_.end() ? text : draft->second);
      showing_ = false;
    } else if (text != on_disk_ && draft == drafts_.end()) {
      on_disk_ = text;
      showing_ = true;
      edit_->set_text(text);
      showing_ = false;
    }
    changed_ = text != on_disk_;
  }
  if (loaded_ && wanted_.file == file_ && wanted_.line > 0) {
    edit_->go_to(wanted_.line, wanted_.column);
    wanted_ = {};
  }
  show_state();
}

void LayerText::show_state() {
  name_->setText(file_.isEmpty() ? tr("No file chosen") : file_);
  const Views& v = session_->views();
  std::vector<CodeEdit::Fault> faults;
  QStringList words;
  const auto add = [&](const Place& p) {
    if (p.file != file_) return;
    if (p.line > 0) faults.push_back({p.line, p.rest});
    words << (p.line > 0 ? tr("line %1: %2").arg(p.line).arg(p.rest) : p.rest);
  };
  for (const Place& p : places_of(v)) add(p);
  const bool in_force = words.isEmpty();
  for (const QString& one : refused_.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
    const Place p = place_of(one);
    p.file == file_ ? add(p) : void(words << one);
  }
  edit_->set_faults(std::move(faults));
  if (!refused_.isEmpty())
    banner_->show_error(tr("Not written. %1").arg(words.join(QStringLiteral("; "))));
  else if (!in_force)
    banner_->show_error(tr("%1. The last good snapshot %2 stays in force.").arg(words.join(QStringLiteral("; "))).arg(v.config.version));
  else if (changed_)
    banner_->show_warning(tr("The file was changed on disk under your edits."), tr("Take the file's text"), [this] { discard(); });
  else
    banner_->clear();
  const bool mine = edited();
  const auto missing = v.file_errors.find(file_.toStdString());
  state_->setText(mine ? tr("edited, not saved") : loaded_ ? tr("in force as it stands") : missing != v.file_errors.end() ? q(missing->second) : file_.isEmpty() ? QString() : tr("being read"));
  if (loaded_ && !mine && !in_force) state_->setText(tr("on disk, not in force"));
  set_tone(state_, mine || (loaded_ && !in_force) ? Token::Warn : Token::Tx2);
  edit_->setReadOnly(!loaded_ && missing == v.file_errors.end());
  // A file that is not there yet is begun by typing into it.
  if (!loaded_ && missing != v.file_errors.end() && !file_.isEmpty()) {
    on_disk_.clear();
    loaded_ = true;
    showing_ = true;
    const auto draft = drafts_.find(file_);
    edit_->setPlainText(draft == drafts_.end() ? QString() : draft->second);
    showing_ = false;
  }
  save_->setEnabled(mine);
  discard_->setEnabled(mine);
}

void LayerText::discard() {
  drafts_.erase(file_);
  refused_.clear();
  if (const auto found = session_->views().file_texts.find(file_.toStdString()); found != session_->views().file_texts.end()) on_disk_ = q(found->second);
  changed_ = false;
  showing_ = true;
  edit_->set_text(on_disk_);
  showing_ = false;
  model_->set(text_files(session_->views()), drafts_);
  show_state();
}

void LayerText::save() {
  if (!edited()) return;
  const QString file = file_, text = edit_->toPlainText(), before = on_disk_;
  write_text(session_, file, text, before, [this, file, text, before](const QString& error) {
    if (!error.isEmpty()) {
      if (file == file_) refused_ = error, show_state();
      return;
    }
    drafts_.erase(file);
    if (file == file_) on_disk_ = text, refused_.clear(), changed_ = false;
    session_->toast({tr("Wrote %1").arg(file), tr("Undo"),
                     [session = session_, file, text, before] {
                       write_text(session, file, before, text, [session](const QString& why) {
                         if (!why.isEmpty()) session->toast({why, {}, {}, true});
                       });
                     },
                     false});
    show_views();
  });
}

}  // namespace panels::config
