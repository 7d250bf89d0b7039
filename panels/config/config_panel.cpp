#include "panels/config/config_panel.h"

#include <QDesktopServices>
#include <QHeaderView>
#include <QPainter>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "panels/config/changes.h"
#include "panels/config/config_actions.h"
#include "panels/config/config_editor.h"
#include "panels/config/explain.h"
#include "panels/config/layer_text.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/icons.h"
#include "panels/kit/line_diff.h"
#include "panels/kit/place.h"

namespace panels::config {

using namespace kit;
using workbench::host::ConfigChange;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }

bool revertible(const ChangeModel& changes, int row) {
  const Cell c = changes.index(row, ChangeModel::Revert).data(kCellRole).value<Cell>();
  return c.link && !c.text.isEmpty();
}

// "■ wins  □ set, overlaid  · not set"
class Legend final : public QWidget {
 public:
  explicit Legend(QWidget* parent) : QWidget(parent) {
    setFixedSize(232, size::kControl);
    setAccessibleName(ConfigPanel::tr("Filled: the layer wins. Hollow: set, but overlaid. Dot: not set."));
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    const std::pair<int, QString> parts[] = {{2, ConfigPanel::tr("wins")}, {1, ConfigPanel::tr("set, overlaid")}, {0, ConfigPanel::tr("not set")}};
    int x = width();
    for (int i = 2; i >= 0; --i) {
      const int w = QFontMetrics(theme().font(Type::Caption)).horizontalAdvance(parts[i].second);
      x -= w;
      paint_text(p, QRect(x, 0, w + 1, height()), parts[i].second, Type::Caption, theme().color(Token::Tx2));
      x -= 18;
      Cell c;
      c.kind = Cell::Kind::Layer, c.layer_state = parts[i].first;
      CellDelegate::paint_cell(p, c, QRect(x, 0, 12, height()), {}, false);
      x -= gap::kL;
    }
  }
};

}  // namespace

ConfigPanel::ConfigPanel(Session* session, QWidget* parent) : Panel(session, parent) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  split_ = new QSplitter(Qt::Vertical, this);
  split_->setHandleWidth(gap::kM);
  split_->setChildrenCollapsible(false);
  all->addWidget(split_);
  build_keys();
  build_changes();
  split_->setSizes({560, 232});
  setFocusProxy(table_);
  split_->setStretchFactor(0, 5);
  split_->setStretchFactor(1, 2);
  flash_over_.setSingleShot(true);
  connect(&flash_over_, &QTimer::timeout, this, [this] { model_->flash({}, 0); });
}

PanelInfo ConfigPanel::info() const { return {QStringLiteral("config"), tr("Config"), QStringLiteral("sliders"), Group::Build, QStringLiteral("2")}; }

void ConfigPanel::build_keys() {
  sheet_ = new Sheet(split_);
  sheet_->set_title(tr("Config"));
  view_ = new Segments(tr("View"), sheet_);
  view_->add(tr("Table"));
  view_->add(tr("Text"));
  view_->setToolTip(tr("Table: keys and their layers. Text: each layer as the file it is."));
  sheet_->add_tool(view_);
  connect(view_, &Segments::changed, this, [this] { set_view(view()); });
  mode_ = new Segments(tr("When edits apply"), sheet_);
  mode_->add(tr("Live"), QStringLiteral("bolt"));
  mode_->add(tr("Draft"));
  mode_->setToolTip(tr("Live: Enter applies at once. Draft: edits are collected and applied together."));
  sheet_->add_tool(mode_);
  auto* open_layers = button(tr("Open layers"), QStringLiteral("folder-open"));
  connect(open_layers, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(q(session()->views().folder) + QStringLiteral("/config"))); });
  sheet_->add_tool(open_layers);
  banner_ = new Banner(sheet_);
  sheet_->body()->addWidget(banner_);

  views_ = new QStackedWidget(sheet_);
  sheet_->body()->addWidget(views_, 1);
  auto* keys = new QWidget(views_);
  auto* column = new QVBoxLayout(keys);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  views_->addWidget(keys);
  text_ = new LayerText(session(), views_);
  views_->addWidget(text_);

  auto* bar = new QWidget(keys);
  bar->setFixedHeight(size::kFilterRow);
  auto* line = new QHBoxLayout(bar);
  line->setContentsMargins(gap::kL, 0, gap::kL, 0);
  line->setSpacing(gap::kM);
  filter_ = filter_edit(tr("Filter keys, values, readers"), tr("Filter keys"), bar);
  filter_->setFixedWidth(260);
  show_ = new Segments(tr("Which keys"), bar);
  for (const QString& name : {tr("All"), tr("Set by me"), tr("Differs from default"), tr("Needs restart")}) show_->add(name);
  line->addWidget(filter_);
  line->addWidget(show_);
  line->addStretch(1);
  line->addWidget(new Legend(bar));
  column->addWidget(bar);
  column->addWidget(hairline(sheet_));

  draft_bar_ = new QWidget(sheet_);
  draft_bar_->setFixedHeight(40);
  auto* draft = new QHBoxLayout(draft_bar_);
  draft->setContentsMargins(gap::kL, 0, gap::kL, 0);
  draft_text_ = label({}, Type::Medium, Token::Warn, draft_bar_);
  review_button_ = button(tr("Review diff"), QStringLiteral("diff"));
  review_button_->setCheckable(true);
  auto* apply = primary_button(tr("Apply all"), QStringLiteral("check"));
  auto* discard = button(tr("Discard"), QStringLiteral("trash"));
  draft->addWidget(draft_text_);
  draft->addStretch(1);
  for (QPushButton* b : {review_button_, discard, apply}) draft->addWidget(b);
  connect(review_button_, &QPushButton::toggled, this, &ConfigPanel::review);
  connect(apply, &QPushButton::clicked, this, [this] {
    apply_draft(session(), draft_, [this, applied = draft_] {
      std::erase_if(draft_, [&](const auto& edit) {  // what was typed meanwhile stays
        const auto at = applied.find(edit.first);
        return at != applied.end() && at->second == edit.second;
      });
      refresh();
    });
  });
  connect(discard, &QPushButton::clicked, this, [this] {
    session()->toast({tr("Discarded %1 edits").arg(draft_.size()), tr("Undo"), [this, old = draft_] { draft_ = old, refresh(); }, false});
    draft_.clear();
    refresh();
  });
  draft_bar_->hide();
  column->addWidget(draft_bar_);

  front_ = new QStackedWidget(keys);
  column->addWidget(front_, 1);
  table_ = new TableView(tr("Config keys"), size::kRow, front_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  auto* delegate = new ConfigDelegate([this](const QString& key) { return model_->find(key); }, table_);
  table_->setItemDelegate(delegate);
  connect(delegate, &ConfigDelegate::edited, this, &ConfigPanel::edit);
  front_->addWidget(table_);
  review_ = new CodeEdit(tr("Edits of the draft"), front_);
  review_->setReadOnly(true);
  front_->addWidget(review_);
  rebuild_model();
  connect(filter_, &QLineEdit::textChanged, this, [this] { refresh(); });
  connect(show_, &Segments::changed, this, [this] { refresh(); });
  connect(mode_, &Segments::changed, this, [this] { show_draft_bar(); });
  connect(table_, &TableView::key_selected, this, [this](const QString& key) { session()->select({Selection::Kind::ConfigKey, key, {}}); });
  connect(table_, &TableView::space_pressed, this, [this](const QString& key) { session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, key, {}}); });
  connect(table_, &TableView::key_activated, this, [this](const QString& key) {
    if (const int row = model_->row_of(key); row >= 0) table_->edit(model_->index(row, ConfigModel::Value));
  });
}

void ConfigPanel::build_changes() {
  changes_sheet_ = new Sheet(split_, size::kSubHeader);
  changes_sheet_->set_title(tr("Changes"));
  auto* undo_button = icon_button(QStringLiteral("undo"), tr("Undo the last change"), QStringLiteral("Ctrl+Z"));
  auto* redo_button = icon_button(QStringLiteral("redo"), tr("Redo"), QStringLiteral("Ctrl+Shift+Z"));
  connect(undo_button, &QToolButton::clicked, this, [this] { undo(session(), [this](const ConfigChange& c) { flash(c); }); });
  connect(redo_button, &QToolButton::clicked, this, [this] { redo(session(), [this](const ConfigChange& c) { flash(c); }); });
  changes_sheet_->add_tool(undo_button);
  changes_sheet_->add_tool(redo_button);
  timeline_ = new Timeline(changes_sheet_);
  changes_sheet_->body()->addWidget(timeline_);
  changes_sheet_->body()->addWidget(hairline(changes_sheet_));
  changes_ = new ChangeModel(this);
  changes_view_ = new TableView(tr("Changes"), size::kRowDense, changes_sheet_);
  changes_view_->setModel(changes_);
  changes_view_->horizontalHeader()->hide();
  changes_view_->setSelectionMode(QAbstractItemView::SingleSelection);
  changes_view_->set_empty_text(tr("Nothing was changed in this run. Edit a value above and it appears here, with a way back."));
  changes_sheet_->body()->addWidget(changes_view_, 1);
  connect(changes_view_, &TableView::key_selected, this, [this](const QString& key) {
    const int row = changes_->row_of(key);
    if (row < 0) return;
    const ConfigChange& c = changes_->at(row);
    timeline_->mark(c.version);
    session()->set_time_cursor(c.wall_ns);
    session()->select({Selection::Kind::ConfigKey, q(c.key), {}});
  });
  connect(changes_view_, &TableView::cell_clicked, this, [this](const QModelIndex& index) {
    if (index.column() == ChangeModel::Revert && revertible(*changes_, index.row()))
      revert(session(), changes_->at(index.row()), [this](const ConfigChange& c) { flash(c); });
  });
  connect(changes_view_, &TableView::key_activated, this, [this](const QString& key) {
    const int row = changes_->row_of(key);
    if (row >= 0 && revertible(*changes_, row)) revert(session(), changes_->at(row), [this](const ConfigChange& c) { flash(c); });
  });
  connect(timeline_, &Timeline::chosen, this, [this](std::uint64_t version) {
    for (int row = 0; row < changes_->rowCount(); ++row)
      if (changes_->at(row).version == version) {
        changes_view_->setCurrentIndex(changes_->index(row, 0));
        changes_view_->scrollTo(changes_->index(row, 0));
      }
  });
}

// The layers of a workspace seldom change; when they do, the table has other columns.
void ConfigPanel::rebuild_model() {
  layers_ = session()->views().config.layers;
  auto* old = model_;
  model_ = new ConfigModel(layer_columns(layers_, session()->views().config.remote), this);
  table_->setModel(model_);
  delete old;
}

void ConfigPanel::refresh() {
  const Views& v = session()->views();
  if (v.config.layers != layers_) rebuild_model();
  const Show show = Show(show_->current());
  model_->set(v.config, filter_->text(), show, draft_);
  changes_->set(v.history);
  timeline_->set(v.history, v.run_started_ns, v.wall_ns);
  int by_me = 0;
  for (const auto& r : v.config.rows) by_me += r.layer != "defaults";
  sheet_->set_caption(v.config.rows.empty() ? QString() : tr("%1 keys, %2 set by you, snapshot %3").arg(v.config.rows.size()).arg(by_me).arg(v.config.version));
  changes_sheet_->set_caption(tr("%n in this run", nullptr, int(v.history.size())));
  if (view() == Text)
    banner_->clear();  // said at its line
  else if (!refused_.isEmpty())
    banner_->show_error(refused_);
  else if (v.config.problems.empty())
    banner_->clear();
  else
    banner_->show_error(tr("%1. The last good snapshot %2 stays in force.").arg(q(v.config.problems.front())).arg(v.config.version), tr("Show"),
                        [this, where = place_text(place_of(q(v.config.problems.front())))] {
                          if (!where.isEmpty()) this->session()->open(QStringLiteral("config"), {Selection::Kind::File, where, {}});
                        });
  if (view() == Text) text_->show_views();
  sheet_->set_footer(v.config.rows.empty() ? QString() : tr("%1 of %2 keys &nbsp;&nbsp; last good snapshot %3").arg(model_->rowCount()).arg(v.config.rows.size()).arg(v.config.version),
                     v.config.rows.empty() ? QString() : live() ? tr("Enter edits and applies, Space explains, Ctrl+Z undoes") : tr("Enter adds to the draft, Space explains"));
  if (v.config.rows.empty())
    table_->set_empty_text(tr("This workspace has no settings yet. Put a file into its config folder, or give a service an option."));
  else
    table_->set_empty_text(tr("No key matches. Esc clears the filter."));
  if (view() == Text) sheet_->set_footer(text_->file().isEmpty() ? QString() : text_->file(), tr("Ctrl+S writes the file; comments and order stay as you type them"));
  show_draft_bar();
}

void ConfigPanel::set_view(View view) {
  if (view_->current() != view) view_->set_current(view);
  views_->setCurrentIndex(view);
  mode_->setEnabled(view == Table);
  text_->set_active(view == Text);
  refresh();
}

bool ConfigPanel::reviewing() const { return front_->currentIndex() == 1; }

void ConfigPanel::review(bool on) {
  front_->setCurrentIndex(on && !draft_.empty() ? 1 : 0);
  if (review_button_->isChecked() != reviewing()) review_button_->setChecked(reviewing());
  show_review();
}

// What is in force against what would be, a line per key.
void ConfigPanel::show_review() {
  if (!reviewing()) return;
  QString before, after;
  for (const auto& row : session()->views().config.rows) {
    const auto drafted = draft_.find(q(row.key));
    if (drafted == draft_.end()) continue;
    before += QStringLiteral("%1: %2   # %3\n").arg(drafted->first, q(row.text + row.unit), q(row.layer));
    after += QStringLiteral("%1: %2   # overrides\n").arg(drafted->first, row.secret ? tr("(secret)") : drafted->second + q(row.unit));
  }
  review_->set_syntax(Syntax::Yaml);
  show_diff(*review_, diff_lines(before, after));
}

void ConfigPanel::show_draft_bar() {
  if (draft_.empty() && reviewing()) review(false);
  show_review();
  draft_bar_->setVisible(!draft_.empty());
  draft_text_->setText(draft_.size() == 1 ? tr("1 edit in the draft, not yet applied") : tr("%1 edits in the draft, not yet applied").arg(draft_.size()));
}

void ConfigPanel::edit(const QString& key, const QString& text) {
  if (!live()) {
    draft_[key] = text;
    refresh();
    return;
  }
  refused_.clear();
  set_value(session(), key, text, [this](const ConfigChange& c) { flash(c); },
            [this, key](const QString& why) { refused_ = tr("%1 was not changed: %2").arg(key, why), refresh(); });
}

void ConfigPanel::flash(const ConfigChange& change) {
  model_->flash(q(change.key), change.applied_ns);
  if (session()->is_live()) flash_over_.start(4000);
}

std::vector<Command> ConfigPanel::commands() {
  auto key = [this] { return table_->current_key(); };
  auto seen = [this] { return isVisible(); };
  return {
      {QStringLiteral("config.filter"), tr("Filter config keys"), QStringLiteral("filter"), QStringLiteral("Ctrl+F"), [this] { filter_->setFocus(Qt::ShortcutFocusReason), filter_->selectAll(); }, seen, {}},
      {QStringLiteral("config.edit"), tr("Edit the selected key"), QStringLiteral("edit"), QStringLiteral("F2"),
       [this, key] { if (const int row = model_->row_of(key()); row >= 0) table_->edit(model_->index(row, ConfigModel::Value)); },
       [seen, key] { return seen() && !key().isEmpty(); }, {}},
      {QStringLiteral("config.explain"), tr("Explain the selected key"), QStringLiteral("sliders"), QStringLiteral("Space"),
       [this, key] { session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, key(), {}}); }, [seen, key] { return seen() && !key().isEmpty(); }, {}},
      {QStringLiteral("config.undo"), tr("Undo the last config change"), QStringLiteral("undo"), QStringLiteral("Ctrl+Z"),
       [this] { undo(session(), [this](const ConfigChange& c) { flash(c); }); }, [this] { return !session()->views().history.empty(); }, {}},
      {QStringLiteral("config.redo"), tr("Redo the config change"), QStringLiteral("redo"), QStringLiteral("Ctrl+Shift+Z"),
       [this] { redo(session(), [this](const ConfigChange& c) { flash(c); }); }, [this] { return !session()->views().history.empty(); }, {}},
      {QStringLiteral("config.unset"), tr("Unset the override of the selected key"), QStringLiteral("close"), QStringLiteral("Ctrl+Backspace"), [this, key] { unset_override(session(), key()); },
       [this, seen, key] {
         const auto* row = model_->find(key());
         return seen() && row && row->layer == "overrides";
       }, {}},
      {QStringLiteral("config.text"), tr("Layers as text, or keys as a table"), QStringLiteral("file"), QStringLiteral("Ctrl+T"), [this] { set_view(view() == Table ? Text : Table); }, seen, {}},
      {QStringLiteral("config.mode"), tr("Switch between Live and Draft"), QStringLiteral("bolt"), {}, [this] { mode_->set_current(1 - mode_->current()); }, {}, {}},
  };
}

QWidget* ConfigPanel::make_inspector(const Selection& selection, QWidget* parent) {
  return selection.kind == Selection::Kind::ConfigKey ? make_explain(session(), selection.id, parent) : nullptr;
}

void ConfigPanel::reveal(const Selection& selection) {
  if (selection.kind == Selection::Kind::File) {
    set_view(Text);
    text_->reveal(selection.id);
    return;
  }
  if (selection.kind != Selection::Kind::ConfigKey) return;
  if (view() != Table) set_view(Table);
  if (model_->row_of(selection.id) < 0) {
    filter_->clear();
    show_->set_current(0);
    refresh();
  }
  table_->select_key(selection.id);
}

void ConfigPanel::show_example() {
  const auto& history = session()->views().history;
  if (history.empty()) return;
  session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, q(history.front().key), {}});
  flash(history.front());
  changes_view_->setCurrentIndex(changes_->index(0, 0));
}

QVariantMap ConfigPanel::save_state() const {
  QVariantMap draft;
  for (const auto& [k, v] : draft_) draft[k] = v;
  QVariantMap texts;
  for (const auto& [file, text] : text_->drafts()) texts[file] = text;
  return {{QStringLiteral("view"), view_->current()}, {QStringLiteral("texts"), texts}, {QStringLiteral("filter"), filter_->text()}, {QStringLiteral("show"), show_->current()}, {QStringLiteral("mode"), mode_->current()}, {QStringLiteral("draft"), draft}};
}

void ConfigPanel::restore_state(const QVariantMap& state) {
  filter_->setText(state.value(QStringLiteral("filter")).toString());
  show_->set_current(state.value(QStringLiteral("show"), 0).toInt());
  mode_->set_current(state.value(QStringLiteral("mode"), 0).toInt());
  const QVariantMap draft = state.value(QStringLiteral("draft")).toMap();
  for (auto it = draft.begin(); it != draft.end(); ++it) draft_[it.key()] = it.value().toString();
  const QVariantMap texts = state.value(QStringLiteral("texts")).toMap();
  std::map<QString, QString> kept;
  for (auto it = texts.begin(); it != texts.end(); ++it) kept[it.key()] = it.value().toString();
  text_->set_drafts(std::move(kept));
  view_->set_current(state.value(QStringLiteral("view"), 0).toInt());
}

}  // namespace panels::config
