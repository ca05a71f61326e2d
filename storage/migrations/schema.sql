CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE architecture (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	task_id VARCHAR(32) NOT NULL,
	round INTEGER NOT NULL,
	domain VARCHAR(200) NOT NULL,
	body JSON NOT NULL,
	model VARCHAR(80) NOT NULL,
	accepted_by VARCHAR(40),
	accepted_at DATETIME,
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_architecture_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_architecture_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_architecture PRIMARY KEY (id),
	CONSTRAINT uq_architecture_task_id_round UNIQUE (task_id, round)
);
CREATE TABLE architecture_review (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	slot_key VARCHAR(160) NOT NULL,
	state VARCHAR(16) NOT NULL,
	window_minutes INTEGER NOT NULL,
	since DATETIME NOT NULL,
	opens_at DATETIME NOT NULL,
	closes_at DATETIME NOT NULL,
	due_at DATETIME,
	left_out JSON NOT NULL,
	summary JSON,
	model VARCHAR(80) NOT NULL,
	requested_by VARCHAR(40),
	closed_by VARCHAR(40),
	created_at DATETIME NOT NULL,
	closed_at DATETIME,
	CONSTRAINT fk_architecture_review_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_architecture_review_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_architecture_review PRIMARY KEY (id),
	CONSTRAINT uq_architecture_review_workspace_id_number UNIQUE (workspace_id, number),
	CONSTRAINT uq_architecture_review_workspace_id_slot_key UNIQUE (workspace_id, slot_key)
);
CREATE TABLE architecture_review_output (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	review_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	body JSON NOT NULL,
	state VARCHAR(16) NOT NULL,
	result VARCHAR(80) NOT NULL,
	decided_by VARCHAR(40),
	decided_at DATETIME,
	CONSTRAINT fk_architecture_review_output_review_id_architecture_review FOREIGN KEY(review_id) REFERENCES architecture_review (id),
	CONSTRAINT fk_architecture_review_output_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_architecture_review_output PRIMARY KEY (id),
	CONSTRAINT uq_architecture_review_output_review_id_position UNIQUE (review_id, position)
);
CREATE TABLE architecture_review_point (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	review_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	specialist VARCHAR(64) NOT NULL,
	agenda JSON NOT NULL,
	output JSON,
	problem TEXT NOT NULL,
	model VARCHAR(80) NOT NULL,
	worked_at DATETIME,
	CONSTRAINT fk_architecture_review_point_review_id_architecture_review FOREIGN KEY(review_id) REFERENCES architecture_review (id),
	CONSTRAINT fk_architecture_review_point_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_architecture_review_point PRIMARY KEY (id),
	CONSTRAINT uq_architecture_review_point_review_id_position UNIQUE (review_id, position)
);
CREATE TABLE assessment (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	slot_key VARCHAR(120) NOT NULL,
	number INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	since DATETIME NOT NULL,
	until DATETIME NOT NULL,
	body JSON NOT NULL,
	reading JSON,
	model VARCHAR(80) NOT NULL,
	task_id VARCHAR(32),
	asked_by VARCHAR(40),
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_assessment_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_assessment_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_assessment PRIMARY KEY (id),
	CONSTRAINT uq_assessment_workspace_id_number UNIQUE (workspace_id, number),
	CONSTRAINT uq_assessment_workspace_id_slot_key UNIQUE (workspace_id, slot_key)
);
CREATE TABLE assignment (
	id VARCHAR(32) NOT NULL,
	plan_id VARCHAR(32) NOT NULL,
	task_id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	position INTEGER NOT NULL,
	"key" VARCHAR(64) NOT NULL,
	specialist VARCHAR(64) NOT NULL,
	title VARCHAR(200) NOT NULL,
	phase INTEGER NOT NULL,
	phase_title VARCHAR(100) NOT NULL,
	reason TEXT NOT NULL,
	depends_on JSON NOT NULL,
	state VARCHAR(24) NOT NULL,
	output JSON,
	problem TEXT NOT NULL,
	started_at DATETIME,
	ended_at DATETIME,
	CONSTRAINT fk_assignment_plan_id_plan FOREIGN KEY(plan_id) REFERENCES "plan" (id),
	CONSTRAINT fk_assignment_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_assignment_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_assignment PRIMARY KEY (id),
	CONSTRAINT uq_assignment_plan_id_key UNIQUE (plan_id, "key")
);
CREATE TABLE attachment (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32) NOT NULL,
	message_ts VARCHAR(32) NOT NULL,
	"key" VARCHAR(120) NOT NULL,
	kind VARCHAR(16) NOT NULL,
	asker_id VARCHAR(40) NOT NULL,
	name VARCHAR(200) NOT NULL,
	source JSON NOT NULL,
	state VARCHAR(16) NOT NULL,
	text TEXT NOT NULL,
	problem TEXT NOT NULL,
	created_at DATETIME NOT NULL,
	read_at DATETIME,
	CONSTRAINT fk_attachment_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_attachment_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_attachment PRIMARY KEY (id),
	CONSTRAINT uq_attachment_workspace_id_channel_id_message_ts_key UNIQUE (workspace_id, channel_id, message_ts, "key")
);
CREATE TABLE audit (
	id INTEGER NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	at DATETIME NOT NULL,
	actor_id VARCHAR(40) NOT NULL,
	action VARCHAR(64) NOT NULL,
	noun VARCHAR(32) NOT NULL,
	noun_id VARCHAR(64) NOT NULL,
	details JSON NOT NULL,
	CONSTRAINT fk_audit_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE TABLE audit_removal (
	"before" DATETIME NOT NULL,
	CONSTRAINT pk_audit_removal PRIMARY KEY ("before")
);
CREATE TABLE away (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	first_day DATE NOT NULL,
	last_day DATE NOT NULL,
	source VARCHAR(16) NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_away_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_away PRIMARY KEY (id),
	CONSTRAINT uq_away_workspace_id_user_id_source_first_day UNIQUE (workspace_id, user_id, source, first_day)
);
CREATE TABLE branch_start (
	head VARCHAR(64) NOT NULL,
	first_commit_at DATETIME,
	workspace_id VARCHAR(40) NOT NULL,
	source VARCHAR(16) NOT NULL,
	"key" VARCHAR(160) NOT NULL,
	version VARCHAR(48) NOT NULL,
	origin VARCHAR(140) NOT NULL,
	CONSTRAINT fk_branch_start_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_branch_start PRIMARY KEY (workspace_id, source, "key")
);
CREATE TABLE channel (
	workspace_id VARCHAR(40) NOT NULL,
	id VARCHAR(40) NOT NULL,
	name VARCHAR(200) NOT NULL,
	is_private BOOLEAN NOT NULL,
	surface VARCHAR(16) NOT NULL,
	settings JSON NOT NULL,
	created_at DATETIME NOT NULL, is_shared BOOLEAN, shared_asked_at DATETIME,
	CONSTRAINT fk_channel_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_channel PRIMARY KEY (workspace_id, id)
);
CREATE TABLE "conflict" (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	number INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	subject VARCHAR(80) NOT NULL,
	capacity INTEGER NOT NULL,
	starts_on DATE NOT NULL,
	state VARCHAR(16) NOT NULL,
	revision INTEGER NOT NULL,
	opened_by VARCHAR(40) NOT NULL,
	resolution JSON,
	resolved_by VARCHAR(40),
	resolved_at DATETIME,
	decision_id VARCHAR(32),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_conflict_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT fk_conflict_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_conflict PRIMARY KEY (id),
	CONSTRAINT uq_conflict_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE conflict_claim (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	conflict_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	title VARCHAR(120) NOT NULL,
	task_id VARCHAR(32),
	hours INTEGER,
	impact INTEGER,
	complexity INTEGER,
	due_on DATE,
	flexible_days INTEGER,
	note TEXT NOT NULL,
	said_by VARCHAR(40),
	said_at DATETIME,
	CONSTRAINT fk_conflict_claim_conflict_id_conflict FOREIGN KEY(conflict_id) REFERENCES "conflict" (id),
	CONSTRAINT fk_conflict_claim_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_conflict_claim_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_conflict_claim PRIMARY KEY (id),
	CONSTRAINT uq_conflict_claim_conflict_id_position UNIQUE (conflict_id, position)
);
CREATE TABLE conflict_note (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	claimant VARCHAR(64) NOT NULL,
	number INTEGER NOT NULL,
	state VARCHAR(16) NOT NULL,
	told JSON NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_conflict_note_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_conflict_note PRIMARY KEY (id),
	CONSTRAINT uq_conflict_note_workspace_id_claimant UNIQUE (workspace_id, claimant)
);
CREATE TABLE debt (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	number INTEGER NOT NULL,
	title VARCHAR(200) NOT NULL,
	service VARCHAR(60) NOT NULL,
	interest TEXT NOT NULL,
	effort_days INTEGER,
	"plan" TEXT NOT NULL,
	owner_id VARCHAR(40),
	due_on DATE,
	state VARCHAR(16) NOT NULL,
	source VARCHAR(40) NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	ended_by VARCHAR(40),
	ended_at DATETIME,
	CONSTRAINT fk_debt_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_debt PRIMARY KEY (id),
	CONSTRAINT uq_debt_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE "decision" (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32),
	task_id VARCHAR(32),
	round INTEGER NOT NULL,
	number INTEGER NOT NULL,
	title VARCHAR(200) NOT NULL,
	state VARCHAR(24) NOT NULL,
	body JSON NOT NULL,
	revision INTEGER NOT NULL,
	review_by DATE,
	decided_by VARCHAR(40),
	decided_at DATETIME,
	reason TEXT NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	author_id VARCHAR(40),
	quorum INTEGER NOT NULL,
	rejection VARCHAR(8) NOT NULL,
	approvers JSON NOT NULL,
	expires_on DATE,
	file_name VARCHAR(200) NOT NULL,
	CONSTRAINT fk_decision_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_decision_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_decision_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_decision PRIMARY KEY (id),
	CONSTRAINT uq_decision_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE decision_due (
	decision_id VARCHAR(32) NOT NULL,
	kind VARCHAR(24) NOT NULL,
	due_at DATETIME NOT NULL,
	told_at DATETIME,
	CONSTRAINT fk_decision_due_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT pk_decision_due PRIMARY KEY (decision_id, kind)
);
CREATE TABLE decision_export (
	workspace_id VARCHAR(40) NOT NULL,
	wanted_at DATETIME NOT NULL,
	done_at DATETIME,
	next_try_at DATETIME,
	tries INTEGER NOT NULL,
	problem TEXT NOT NULL,
	CONSTRAINT fk_decision_export_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_decision_export PRIMARY KEY (workspace_id)
);
CREATE TABLE decision_link (
	source_id VARCHAR(32) NOT NULL,
	target_id VARCHAR(32) NOT NULL,
	kind VARCHAR(24) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_decision_link_source_id_decision FOREIGN KEY(source_id) REFERENCES decision (id),
	CONSTRAINT fk_decision_link_target_id_decision FOREIGN KEY(target_id) REFERENCES decision (id),
	CONSTRAINT fk_decision_link_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_decision_link PRIMARY KEY (source_id, target_id, kind)
);
CREATE TABLE decision_service (
	decision_id VARCHAR(32) NOT NULL,
	name VARCHAR(120) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	CONSTRAINT fk_decision_service_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT fk_decision_service_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_decision_service PRIMARY KEY (decision_id, name)
);
CREATE TABLE decision_source (
	decision_id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	path VARCHAR(500) NOT NULL,
	content_hash VARCHAR(64) NOT NULL,
	record_hash VARCHAR(64) NOT NULL,
	raw_status TEXT NOT NULL,
	body JSON NOT NULL,
	problems JSON NOT NULL,
	imported_at DATETIME NOT NULL,
	CONSTRAINT fk_decision_source_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT fk_decision_source_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_decision_source PRIMARY KEY (decision_id),
	CONSTRAINT uq_decision_source_workspace_id_channel_id_path UNIQUE (workspace_id, channel_id, path)
);
CREATE TABLE decision_specialist (
	decision_id VARCHAR(32) NOT NULL,
	name VARCHAR(120) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	CONSTRAINT fk_decision_specialist_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT fk_decision_specialist_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_decision_specialist PRIMARY KEY (decision_id, name)
);
CREATE TABLE decision_vote (
	decision_id VARCHAR(32) NOT NULL,
	revision INTEGER NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	verdict VARCHAR(24) NOT NULL,
	reason TEXT NOT NULL,
	given_at DATETIME NOT NULL,
	CONSTRAINT fk_decision_vote_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT fk_decision_vote_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_decision_vote PRIMARY KEY (decision_id, revision, user_id)
);
CREATE TABLE deployment (
	environment VARCHAR(100) NOT NULL,
	is_production BOOLEAN NOT NULL,
	"commit" VARCHAR(64) NOT NULL,
	is_fix BOOLEAN NOT NULL,
	created_at DATETIME,
	succeeded_at DATETIME,
	failed_at DATETIME,
	workspace_id VARCHAR(40) NOT NULL,
	source VARCHAR(16) NOT NULL,
	"key" VARCHAR(160) NOT NULL,
	version VARCHAR(48) NOT NULL,
	origin VARCHAR(140) NOT NULL,
	CONSTRAINT fk_deployment_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_deployment PRIMARY KEY (workspace_id, source, "key")
);
CREATE TABLE embedding (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	workspace_id VARCHAR(40) NOT NULL,
	observation_id INTEGER NOT NULL,
	made_by VARCHAR(80) NOT NULL,
	vector BLOB NOT NULL,
	CONSTRAINT fk_embedding_observation_id_memory_observation FOREIGN KEY(observation_id) REFERENCES memory_observation (id) ON DELETE CASCADE,
	CONSTRAINT fk_embedding_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT uq_embedding_observation_id UNIQUE (observation_id)
);
CREATE TABLE escalation (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	root_ts VARCHAR(32) NOT NULL,
	task_id VARCHAR(32),
	number INTEGER NOT NULL,
	title VARCHAR(200) NOT NULL,
	impact TEXT NOT NULL,
	tried TEXT NOT NULL,
	source VARCHAR(16) NOT NULL,
	source_key VARCHAR(200),
	source_url VARCHAR(500) NOT NULL,
	state VARCHAR(24) NOT NULL,
	level INTEGER NOT NULL,
	owner_id VARCHAR(40) NOT NULL,
	opened_by VARCHAR(40) NOT NULL,
	policy JSON NOT NULL,
	hours JSON NOT NULL,
	since DATETIME NOT NULL,
	asked_at DATETIME NOT NULL,
	pages INTEGER NOT NULL,
	snoozed_until DATETIME,
	due_at DATETIME,
	due_kind VARCHAR(24),
	seq INTEGER NOT NULL,
	resolution TEXT NOT NULL,
	resolved_by VARCHAR(40),
	resolved_at DATETIME,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_escalation_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_escalation_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_escalation PRIMARY KEY (id),
	CONSTRAINT uq_escalation_workspace_id_number UNIQUE (workspace_id, number),
	CONSTRAINT uq_escalation_workspace_id_source_key UNIQUE (workspace_id, source_key)
);
CREATE TABLE escalation_event (
	escalation_id VARCHAR(32) NOT NULL,
	seq INTEGER NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	kind VARCHAR(24) NOT NULL,
	by_id VARCHAR(40) NOT NULL,
	at DATETIME NOT NULL,
	state VARCHAR(24) NOT NULL,
	level INTEGER NOT NULL,
	owner_id VARCHAR(40) NOT NULL,
	text TEXT NOT NULL,
	planned_at DATETIME,
	late_seconds INTEGER NOT NULL,
	next_at DATETIME,
	CONSTRAINT fk_escalation_event_escalation_id_escalation FOREIGN KEY(escalation_id) REFERENCES escalation (id),
	CONSTRAINT fk_escalation_event_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_escalation_event PRIMARY KEY (escalation_id, seq)
);
CREATE TABLE feedback (
	task_id VARCHAR(32) NOT NULL,
	round INTEGER NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	verdict VARCHAR(8) NOT NULL,
	given_at DATETIME NOT NULL,
	CONSTRAINT fk_feedback_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_feedback_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_feedback PRIMARY KEY (task_id, round, user_id)
);
CREATE TABLE forgetting (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	subject VARCHAR(8) NOT NULL,
	subject_id VARCHAR(40) NOT NULL,
	pseudonym VARCHAR(32) NOT NULL,
	asked_by VARCHAR(40) NOT NULL,
	told_in VARCHAR(40) NOT NULL,
	direct_id VARCHAR(40) NOT NULL,
	places JSON NOT NULL,
	found JSON,
	removed JSON NOT NULL,
	attempts INTEGER NOT NULL,
	due_at DATETIME,
	asked_at DATETIME NOT NULL,
	ended_at DATETIME,
	CONSTRAINT fk_forgetting_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_forgetting PRIMARY KEY (id)
);
CREATE TABLE hand_off (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	team_channel_id VARCHAR(40) NOT NULL,
	number INTEGER NOT NULL,
	direction VARCHAR(8) NOT NULL,
	team VARCHAR(32) NOT NULL,
	text TEXT NOT NULL,
	state VARCHAR(24) NOT NULL,
	reason TEXT NOT NULL,
	requested_by VARCHAR(40) NOT NULL,
	answered_by VARCHAR(40),
	due_at DATETIME,
	remind_at DATETIME,
	reminders INTEGER NOT NULL,
	created_at DATETIME NOT NULL,
	answered_at DATETIME,
	ended_at DATETIME,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_hand_off_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_hand_off PRIMARY KEY (id),
	CONSTRAINT uq_hand_off_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE incident_fact (
	level INTEGER NOT NULL,
	started_at DATETIME,
	detected_at DATETIME,
	acknowledged_at DATETIME,
	resolved_at DATETIME,
	workspace_id VARCHAR(40) NOT NULL,
	source VARCHAR(16) NOT NULL,
	"key" VARCHAR(160) NOT NULL,
	version VARCHAR(48) NOT NULL,
	origin VARCHAR(140) NOT NULL,
	CONSTRAINT fk_incident_fact_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_incident_fact PRIMARY KEY (workspace_id, source, "key")
);
CREATE TABLE installation (
	workspace_id VARCHAR(40) NOT NULL,
	app_id VARCHAR(40) NOT NULL,
	enterprise_id VARCHAR(40),
	bot_id VARCHAR(40) NOT NULL,
	bot_user_id VARCHAR(40) NOT NULL,
	scopes TEXT NOT NULL,
	installed_by VARCHAR(40) NOT NULL,
	installed_at DATETIME NOT NULL,
	bot_token TEXT NOT NULL,
	refresh_token TEXT NOT NULL,
	expires_at DATETIME,
	version INTEGER NOT NULL,
	refreshing_until DATETIME,
	problem VARCHAR(80) NOT NULL,
	removed_at DATETIME,
	removed_reason VARCHAR(40) NOT NULL,
	CONSTRAINT fk_installation_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_installation PRIMARY KEY (workspace_id)
);
CREATE TABLE learning_item (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	number INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	title VARCHAR(300) NOT NULL,
	person_id VARCHAR(40),
	specialist VARCHAR(64) NOT NULL,
	due_on DATE,
	state VARCHAR(16) NOT NULL,
	evidence TEXT NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	ended_by VARCHAR(40),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	ended_at DATETIME,
	remind_at DATETIME,
	reminders INTEGER NOT NULL,
	CONSTRAINT fk_learning_item_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_learning_item PRIMARY KEY (id),
	CONSTRAINT uq_learning_item_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE matrix (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	question TEXT NOT NULL,
	criteria JSON NOT NULL,
	owner_id VARCHAR(40) NOT NULL,
	invited JSON NOT NULL,
	specialists JSON NOT NULL,
	revealed_at DATETIME,
	revealed_by VARCHAR(40),
	decision_id VARCHAR(32),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_matrix_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT fk_matrix_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_matrix_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_matrix PRIMARY KEY (id),
	CONSTRAINT uq_matrix_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE matrix_option (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	matrix_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	title VARCHAR(80) NOT NULL,
	CONSTRAINT fk_matrix_option_matrix_id_matrix FOREIGN KEY(matrix_id) REFERENCES matrix (id),
	CONSTRAINT fk_matrix_option_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_matrix_option PRIMARY KEY (id),
	CONSTRAINT uq_matrix_option_matrix_id_position UNIQUE (matrix_id, position)
);
CREATE TABLE matrix_score (
	option_id VARCHAR(32) NOT NULL,
	criterion VARCHAR(60) NOT NULL,
	scorer VARCHAR(64) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	matrix_id VARCHAR(32) NOT NULL,
	kind VARCHAR(16) NOT NULL,
	score INTEGER,
	reason TEXT NOT NULL,
	basis VARCHAR(120) NOT NULL,
	scored_at DATETIME NOT NULL,
	CONSTRAINT fk_matrix_score_matrix_id_matrix FOREIGN KEY(matrix_id) REFERENCES matrix (id),
	CONSTRAINT fk_matrix_score_option_id_matrix_option FOREIGN KEY(option_id) REFERENCES matrix_option (id),
	CONSTRAINT fk_matrix_score_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_matrix_score PRIMARY KEY (option_id, criterion, scorer)
);
CREATE TABLE mcp_token (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	name VARCHAR(32) NOT NULL,
	digest VARCHAR(64) NOT NULL,
	scopes JSON NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	expires_at DATETIME,
	used_at DATETIME,
	revoked_at DATETIME,
	CONSTRAINT fk_mcp_token_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_mcp_token PRIMARY KEY (id)
);
CREATE TABLE measure_origin (
	workspace_id VARCHAR(40) NOT NULL,
	source VARCHAR(16) NOT NULL,
	name VARCHAR(140) NOT NULL,
	service VARCHAR(60) NOT NULL,
	seen_at DATETIME NOT NULL,
	CONSTRAINT fk_measure_origin_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_measure_origin PRIMARY KEY (workspace_id, source, name)
);
CREATE TABLE measurement (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	service VARCHAR(60) NOT NULL,
	repository VARCHAR(140) NOT NULL,
	"commit" VARCHAR(64) NOT NULL,
	branch VARCHAR(100) NOT NULL,
	source VARCHAR(24) NOT NULL,
	name VARCHAR(60) NOT NULL,
	value DOUBLE NOT NULL,
	unit VARCHAR(16) NOT NULL,
	at DATETIME NOT NULL,
	digest VARCHAR(64) NOT NULL,
	CONSTRAINT fk_measurement_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_measurement PRIMARY KEY (id)
);
CREATE TABLE memory_entity (
	id INTEGER NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(40) NOT NULL,
	kind VARCHAR(40) NOT NULL,
	"key" VARCHAR(200) NOT NULL,
	name VARCHAR(200) NOT NULL,
	ref VARCHAR(40) NOT NULL,
	record_id VARCHAR(32),
	thread_id VARCHAR(32),
	recorded_at DATETIME,
	forgotten_at DATETIME,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_memory_entity_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_memory_entity_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_memory_entity PRIMARY KEY (id),
	CONSTRAINT uq_memory_entity_workspace_id_record_id UNIQUE (workspace_id, record_id),
	CONSTRAINT uq_memory_entity_workspace_id_scope_key UNIQUE (workspace_id, scope, "key")
);
CREATE TABLE memory_observation (
	id INTEGER NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	entity_id INTEGER NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32),
	text TEXT NOT NULL,
	author_id VARCHAR(40),
	source VARCHAR(64) NOT NULL,
	ts VARCHAR(32) NOT NULL,
	at DATETIME NOT NULL,
	superseded_at DATETIME,
	superseded_by VARCHAR(40),
	CONSTRAINT fk_memory_observation_entity_id_memory_entity FOREIGN KEY(entity_id) REFERENCES memory_entity (id),
	CONSTRAINT fk_memory_observation_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_memory_observation_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_memory_observation PRIMARY KEY (id)
);
CREATE TABLE memory_relation (
	id INTEGER NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	source_id INTEGER NOT NULL,
	target_id INTEGER NOT NULL,
	kind VARCHAR(40) NOT NULL,
	added_by VARCHAR(40),
	added_at DATETIME NOT NULL,
	ended_at DATETIME,
	CONSTRAINT fk_memory_relation_source_id_memory_entity FOREIGN KEY(source_id) REFERENCES memory_entity (id),
	CONSTRAINT fk_memory_relation_target_id_memory_entity FOREIGN KEY(target_id) REFERENCES memory_entity (id),
	CONSTRAINT fk_memory_relation_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_memory_relation PRIMARY KEY (id),
	CONSTRAINT uq_memory_relation_source_id_target_id_kind UNIQUE (source_id, target_id, kind)
);
CREATE VIRTUAL TABLE memory_text
    USING fts5(name, body, tokenize = 'porter unicode61 remove_diacritics 0');
CREATE TABLE "message" (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32) NOT NULL,
	ts VARCHAR(32) NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	text TEXT NOT NULL,
	trusted BOOLEAN NOT NULL,
	created_at DATETIME NOT NULL,
	attached INTEGER NOT NULL,
	CONSTRAINT fk_message_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_message_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_message PRIMARY KEY (id),
	CONSTRAINT uq_message_workspace_id_channel_id_ts UNIQUE (workspace_id, channel_id, ts)
);
CREATE TABLE model_call (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	task_id VARCHAR(32) NOT NULL,
	step VARCHAR(120) NOT NULL,
	attempt INTEGER NOT NULL,
	state VARCHAR(16) NOT NULL,
	model VARCHAR(80) NOT NULL,
	tokens_in INTEGER NOT NULL,
	tokens_out INTEGER NOT NULL,
	tokens_cached INTEGER NOT NULL,
	reserved_micros BIGINT NOT NULL,
	cost_micros BIGINT,
	seconds DOUBLE NOT NULL,
	result JSON,
	problem TEXT NOT NULL,
	started_at DATETIME NOT NULL,
	ended_at DATETIME, worker_id VARCHAR(80),
	CONSTRAINT fk_model_call_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_model_call_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_model_call PRIMARY KEY (id),
	CONSTRAINT uq_model_call_task_id_step_attempt UNIQUE (task_id, step, attempt)
);
CREATE TABLE oauth_state (
	digest VARCHAR(64) NOT NULL,
	expires_at DATETIME NOT NULL,
	CONSTRAINT pk_oauth_state PRIMARY KEY (digest)
);
CREATE TABLE "outbox" (
	id INTEGER NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_ts VARCHAR(32),
	task_id VARCHAR(32),
	"key" VARCHAR(200) NOT NULL,
	method VARCHAR(64) NOT NULL,
	target_key VARCHAR(200),
	payload JSON NOT NULL,
	version INTEGER NOT NULL,
	state VARCHAR(16) NOT NULL,
	attempts INTEGER NOT NULL,
	not_before DATETIME NOT NULL,
	claimed_by VARCHAR(80),
	sent_ts VARCHAR(32),
	problem TEXT NOT NULL,
	created_at DATETIME NOT NULL,
	sent_at DATETIME,
	"view" VARCHAR(40),
	lane VARCHAR(300) NOT NULL,
	bucket VARCHAR(200) NOT NULL,
	lease_until DATETIME,
	problem_code VARCHAR(40) NOT NULL,
	CONSTRAINT fk_outbox_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_outbox PRIMARY KEY (id),
	CONSTRAINT uq_outbox_workspace_id_key UNIQUE (workspace_id, "key")
);
CREATE TABLE performance_measurement (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	target_id VARCHAR(32) NOT NULL,
	value DOUBLE NOT NULL,
	measured_by VARCHAR(40) NOT NULL,
	measured_at DATETIME NOT NULL,
	CONSTRAINT fk_performance_measurement_target_id_performance_target FOREIGN KEY(target_id) REFERENCES performance_target (id),
	CONSTRAINT fk_performance_measurement_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_performance_measurement PRIMARY KEY (id)
);
CREATE TABLE performance_target (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	number INTEGER NOT NULL,
	service VARCHAR(60) NOT NULL,
	metric VARCHAR(60) NOT NULL,
	"key" VARCHAR(130) NOT NULL,
	comparison VARCHAR(8) NOT NULL,
	value DOUBLE NOT NULL,
	unit VARCHAR(16) NOT NULL,
	initiative TEXT NOT NULL,
	owner_id VARCHAR(40),
	due_on DATE,
	state VARCHAR(16) NOT NULL,
	source VARCHAR(40) NOT NULL,
	current DOUBLE,
	measured_at DATETIME,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_performance_target_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_performance_target PRIMARY KEY (id),
	CONSTRAINT uq_performance_target_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE "plan" (
	id VARCHAR(32) NOT NULL,
	task_id VARCHAR(32) NOT NULL,
	round INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	title VARCHAR(200) NOT NULL,
	pattern VARCHAR(64),
	body JSON NOT NULL,
	estimate_micros BIGINT,
	approved_by VARCHAR(40),
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_plan_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT pk_plan PRIMARY KEY (id),
	CONSTRAINT uq_plan_task_id_round UNIQUE (task_id, round)
);
CREATE TABLE pull_request (
	state VARCHAR(8) NOT NULL,
	is_bot BOOLEAN NOT NULL,
	is_fix BOOLEAN NOT NULL,
	to_default BOOLEAN NOT NULL,
	opened_at DATETIME,
	first_review_at DATETIME,
	approved_at DATETIME,
	merged_at DATETIME,
	workspace_id VARCHAR(40) NOT NULL,
	source VARCHAR(16) NOT NULL,
	"key" VARCHAR(160) NOT NULL,
	version VARCHAR(48) NOT NULL,
	origin VARCHAR(140) NOT NULL, head VARCHAR(64),
	CONSTRAINT fk_pull_request_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_pull_request PRIMARY KEY (workspace_id, source, "key")
);
CREATE TABLE quality_gate (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(40) NOT NULL,
	repository VARCHAR(140) NOT NULL,
	service VARCHAR(60) NOT NULL,
	"commit" VARCHAR(64) NOT NULL,
	branch VARCHAR(100) NOT NULL,
	is_main BOOLEAN NOT NULL,
	state VARCHAR(16) NOT NULL,
	checks JSON NOT NULL,
	digest VARCHAR(64) NOT NULL,
	at DATETIME NOT NULL,
	CONSTRAINT fk_quality_gate_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_quality_gate PRIMARY KEY (id),
	CONSTRAINT uq_quality_gate_workspace_id_digest UNIQUE (workspace_id, digest)
);
CREATE TABLE quality_gate_place (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(40) NOT NULL,
	repository VARCHAR(140) NOT NULL,
	service VARCHAR(60) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	set_by VARCHAR(40) NOT NULL,
	set_at DATETIME NOT NULL,
	CONSTRAINT fk_quality_gate_place_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_quality_gate_place PRIMARY KEY (id),
	CONSTRAINT uq_quality_gate_place_of UNIQUE (workspace_id, scope, repository, service)
);
CREATE TABLE quality_rule (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(40) NOT NULL,
	repository VARCHAR(140) NOT NULL,
	service VARCHAR(60) NOT NULL,
	check_name VARCHAR(24) NOT NULL,
	value DOUBLE,
	set_by VARCHAR(40) NOT NULL,
	set_at DATETIME NOT NULL,
	CONSTRAINT fk_quality_rule_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_quality_rule PRIMARY KEY (id),
	CONSTRAINT uq_quality_rule_of UNIQUE (workspace_id, scope, repository, service, check_name)
);
CREATE TABLE rate_bucket (
	"key" VARCHAR(200) NOT NULL,
	tokens DOUBLE NOT NULL,
	since DATETIME NOT NULL,
	held_until DATETIME,
	free_at DATETIME NOT NULL,
	CONSTRAINT pk_rate_bucket PRIMARY KEY ("key")
);
CREATE TABLE receipt (
	workspace_id VARCHAR(40) NOT NULL,
	"key" VARCHAR(255) NOT NULL,
	task_id VARCHAR(32),
	received_at DATETIME NOT NULL,
	CONSTRAINT fk_receipt_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_receipt PRIMARY KEY (workspace_id, "key")
);
CREATE TABLE "repository" (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	name VARCHAR(40) NOT NULL,
	path TEXT NOT NULL,
	url TEXT NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	problem TEXT NOT NULL,
	fetched_at DATETIME,
	created_at DATETIME NOT NULL,
	writable BOOLEAN NOT NULL,
	CONSTRAINT fk_repository_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_repository PRIMARY KEY (id),
	CONSTRAINT uq_repository_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE retro_action (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	retrospective_id VARCHAR(32),
	number INTEGER NOT NULL,
	text TEXT NOT NULL,
	owner_id VARCHAR(40),
	due_on DATE,
	state VARCHAR(16) NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	changed_at DATETIME,
	ended_by VARCHAR(40),
	ended_at DATETIME,
	remind_at DATETIME,
	reminders INTEGER NOT NULL,
	CONSTRAINT fk_retro_action_retrospective_id_retrospective FOREIGN KEY(retrospective_id) REFERENCES retrospective (id),
	CONSTRAINT fk_retro_action_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_retro_action PRIMARY KEY (id),
	CONSTRAINT uq_retro_action_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE retro_card (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	retrospective_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	text TEXT NOT NULL,
	author VARCHAR(64) NOT NULL,
	group_id VARCHAR(32),
	CONSTRAINT fk_retro_card_group_id_retro_group FOREIGN KEY(group_id) REFERENCES retro_group (id),
	CONSTRAINT fk_retro_card_retrospective_id_retrospective FOREIGN KEY(retrospective_id) REFERENCES retrospective (id),
	CONSTRAINT fk_retro_card_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_retro_card PRIMARY KEY (id)
);
CREATE TABLE retro_group (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	retrospective_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	title VARCHAR(300) NOT NULL,
	votes INTEGER NOT NULL,
	CONSTRAINT fk_retro_group_retrospective_id_retrospective FOREIGN KEY(retrospective_id) REFERENCES retrospective (id),
	CONSTRAINT fk_retro_group_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_retro_group PRIMARY KEY (id)
);
CREATE TABLE retro_lesson (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	retrospective_id VARCHAR(32) NOT NULL,
	kind VARCHAR(24) NOT NULL,
	text TEXT NOT NULL,
	confirmed_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_retro_lesson_retrospective_id_retrospective FOREIGN KEY(retrospective_id) REFERENCES retrospective (id),
	CONSTRAINT fk_retro_lesson_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_retro_lesson PRIMARY KEY (id)
);
CREATE TABLE retro_vote (
	group_id VARCHAR(32) NOT NULL,
	voter VARCHAR(64) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	retrospective_id VARCHAR(32) NOT NULL,
	CONSTRAINT fk_retro_vote_group_id_retro_group FOREIGN KEY(group_id) REFERENCES retro_group (id),
	CONSTRAINT fk_retro_vote_retrospective_id_retrospective FOREIGN KEY(retrospective_id) REFERENCES retrospective (id),
	CONSTRAINT fk_retro_vote_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_retro_vote PRIMARY KEY (group_id, voter)
);
CREATE TABLE retrospective (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	schedule_id VARCHAR(32),
	slot_key VARCHAR(120) NOT NULL,
	number INTEGER NOT NULL,
	name VARCHAR(200) NOT NULL,
	state VARCHAR(16) NOT NULL,
	columns JSON NOT NULL,
	votes INTEGER NOT NULL,
	minutes INTEGER NOT NULL,
	secret VARCHAR(64),
	voters INTEGER NOT NULL,
	since DATETIME NOT NULL,
	opens_at DATETIME NOT NULL,
	ends_at DATETIME NOT NULL,
	due_at DATETIME,
	opened_by VARCHAR(40),
	created_at DATETIME NOT NULL,
	closed_at DATETIME,
	CONSTRAINT fk_retrospective_schedule_id_schedule FOREIGN KEY(schedule_id) REFERENCES schedule (id),
	CONSTRAINT fk_retrospective_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_retrospective PRIMARY KEY (id),
	CONSTRAINT uq_retrospective_workspace_id_number UNIQUE (workspace_id, number),
	CONSTRAINT uq_retrospective_workspace_id_slot_key UNIQUE (workspace_id, slot_key)
);
CREATE TABLE schedule (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	number INTEGER NOT NULL,
	kind VARCHAR(32) NOT NULL,
	name VARCHAR(200) NOT NULL,
	words VARCHAR(200) NOT NULL,
	rule JSON NOT NULL,
	zones JSON NOT NULL,
	regions JSON NOT NULL,
	work_days JSON NOT NULL,
	days_off JSON NOT NULL,
	window_minutes INTEGER NOT NULL,
	missed_hours INTEGER NOT NULL,
	paused_at DATETIME,
	skip_until DATETIME,
	next_slot_at DATETIME,
	revision INTEGER NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	removed_at DATETIME,
	CONSTRAINT fk_schedule_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_schedule PRIMARY KEY (id),
	CONSTRAINT uq_schedule_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE "schedule_run" (
	schedule VARCHAR(120) NOT NULL,
	slot DATETIME NOT NULL,
	worker_id VARCHAR(80) NOT NULL,
	state VARCHAR(16) NOT NULL,
	problem TEXT NOT NULL,
	started_at DATETIME NOT NULL,
	ended_at DATETIME,
	workspace_id VARCHAR(40),
	CONSTRAINT fk_schedule_run_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_schedule_run PRIMARY KEY (schedule, slot)
);
CREATE TABLE "service" (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(40) NOT NULL,
	"key" VARCHAR(60) NOT NULL,
	name VARCHAR(60) NOT NULL,
	about VARCHAR(300) NOT NULL,
	owner_id VARCHAR(40),
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	docs_url VARCHAR(500) NOT NULL,
	runbook_url VARCHAR(500) NOT NULL,
	CONSTRAINT fk_service_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_service PRIMARY KEY (id),
	CONSTRAINT uq_service_workspace_id_scope_key UNIQUE (workspace_id, scope, "key")
);
CREATE TABLE service_dependency (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	service_id VARCHAR(32) NOT NULL,
	needs_id VARCHAR(32) NOT NULL,
	kind VARCHAR(16) NOT NULL,
	source VARCHAR(40) NOT NULL,
	added_by VARCHAR(40) NOT NULL,
	added_at DATETIME NOT NULL,
	ended_by VARCHAR(40),
	ended_at DATETIME,
	CONSTRAINT fk_service_dependency_needs_id_service FOREIGN KEY(needs_id) REFERENCES service (id),
	CONSTRAINT fk_service_dependency_service_id_service FOREIGN KEY(service_id) REFERENCES service (id),
	CONSTRAINT fk_service_dependency_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_service_dependency PRIMARY KEY (id)
);
CREATE TABLE setting (
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(16) NOT NULL,
	scope_id VARCHAR(40) NOT NULL,
	name VARCHAR(64) NOT NULL,
	value JSON NOT NULL,
	set_by VARCHAR(40) NOT NULL,
	set_at DATETIME NOT NULL,
	CONSTRAINT fk_setting_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_setting PRIMARY KEY (workspace_id, scope, scope_id, name)
);
CREATE TABLE sprint (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32) NOT NULL,
	task_id VARCHAR(32),
	hand_off_id VARCHAR(32),
	slot_key VARCHAR(120),
	number INTEGER NOT NULL,
	source VARCHAR(16) NOT NULL,
	goal VARCHAR(300) NOT NULL,
	requirements TEXT NOT NULL,
	limits TEXT NOT NULL,
	state VARCHAR(24) NOT NULL,
	unit VARCHAR(8) NOT NULL,
	starts_on DATE NOT NULL,
	ends_on DATE NOT NULL,
	owner_id VARCHAR(40) NOT NULL,
	people JSON NOT NULL,
	capacity JSON NOT NULL,
	accepted_by VARCHAR(40),
	accepted_at DATETIME,
	ended_by VARCHAR(40),
	ended_at DATETIME,
	due_at DATETIME,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_sprint_hand_off_id_hand_off FOREIGN KEY(hand_off_id) REFERENCES hand_off (id),
	CONSTRAINT fk_sprint_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_sprint_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_sprint_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_sprint PRIMARY KEY (id),
	CONSTRAINT uq_sprint_thread_id UNIQUE (thread_id),
	CONSTRAINT uq_sprint_workspace_id_number UNIQUE (workspace_id, number),
	CONSTRAINT uq_sprint_workspace_id_slot_key UNIQUE (workspace_id, slot_key)
);
CREATE TABLE sprint_item (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	sprint_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	title VARCHAR(200) NOT NULL,
	about TEXT NOT NULL,
	service VARCHAR(80) NOT NULL,
	specialists JSON NOT NULL,
	depends_on JSON NOT NULL,
	estimate FLOAT,
	agreed BOOLEAN NOT NULL,
	round INTEGER NOT NULL,
	revealed_at DATETIME,
	state VARCHAR(24) NOT NULL,
	added_by VARCHAR(40),
	owner_id VARCHAR(40),
	task_id VARCHAR(32),
	started_at DATETIME,
	ended_at DATETIME,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_sprint_item_sprint_id_sprint FOREIGN KEY(sprint_id) REFERENCES sprint (id),
	CONSTRAINT fk_sprint_item_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_sprint_item_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_sprint_item PRIMARY KEY (id),
	CONSTRAINT uq_sprint_item_sprint_id_position UNIQUE (sprint_id, position)
);
CREATE TABLE sprint_risk (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	sprint_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	text TEXT NOT NULL,
	mitigation TEXT NOT NULL,
	CONSTRAINT fk_sprint_risk_sprint_id_sprint FOREIGN KEY(sprint_id) REFERENCES sprint (id),
	CONSTRAINT fk_sprint_risk_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_sprint_risk PRIMARY KEY (id),
	CONSTRAINT uq_sprint_risk_sprint_id_position UNIQUE (sprint_id, position)
);
CREATE TABLE sprint_step (
	sprint_id VARCHAR(32) NOT NULL,
	name VARCHAR(80) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	body JSON NOT NULL,
	model VARCHAR(120) NOT NULL,
	made_at DATETIME NOT NULL,
	CONSTRAINT fk_sprint_step_sprint_id_sprint FOREIGN KEY(sprint_id) REFERENCES sprint (id),
	CONSTRAINT fk_sprint_step_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_sprint_step PRIMARY KEY (sprint_id, name)
);
CREATE TABLE sprint_test (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	sprint_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	title VARCHAR(200) NOT NULL,
	on_day DATE NOT NULL,
	items JSON NOT NULL,
	CONSTRAINT fk_sprint_test_sprint_id_sprint FOREIGN KEY(sprint_id) REFERENCES sprint (id),
	CONSTRAINT fk_sprint_test_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_sprint_test PRIMARY KEY (id),
	CONSTRAINT uq_sprint_test_sprint_id_position UNIQUE (sprint_id, position)
);
CREATE TABLE sprint_vote (
	item_id VARCHAR(32) NOT NULL,
	round INTEGER NOT NULL,
	voter VARCHAR(64) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	sprint_id VARCHAR(32) NOT NULL,
	kind VARCHAR(16) NOT NULL,
	value FLOAT NOT NULL,
	reason TEXT NOT NULL,
	basis VARCHAR(120) NOT NULL,
	voted_at DATETIME NOT NULL,
	CONSTRAINT fk_sprint_vote_item_id_sprint_item FOREIGN KEY(item_id) REFERENCES sprint_item (id),
	CONSTRAINT fk_sprint_vote_sprint_id_sprint FOREIGN KEY(sprint_id) REFERENCES sprint (id),
	CONSTRAINT fk_sprint_vote_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_sprint_vote PRIMARY KEY (item_id, round, voter)
);
CREATE TABLE standup (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	schedule_id VARCHAR(32) NOT NULL,
	slot_key VARCHAR(32) NOT NULL,
	name VARCHAR(200) NOT NULL,
	state VARCHAR(16) NOT NULL,
	since DATETIME NOT NULL,
	opens_at DATETIME NOT NULL,
	closes_at DATETIME NOT NULL,
	due_at DATETIME,
	created_at DATETIME NOT NULL,
	closed_at DATETIME,
	CONSTRAINT fk_standup_schedule_id_schedule FOREIGN KEY(schedule_id) REFERENCES schedule (id),
	CONSTRAINT fk_standup_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_standup PRIMARY KEY (id),
	CONSTRAINT uq_standup_schedule_id_slot_key UNIQUE (schedule_id, slot_key)
);
CREATE TABLE standup_answer (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	standup_id VARCHAR(32) NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	position INTEGER NOT NULL,
	text TEXT NOT NULL,
	late BOOLEAN NOT NULL,
	history JSON NOT NULL,
	answered_at DATETIME NOT NULL,
	edited_at DATETIME,
	CONSTRAINT fk_standup_answer_standup_id_standup FOREIGN KEY(standup_id) REFERENCES standup (id),
	CONSTRAINT fk_standup_answer_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_standup_answer PRIMARY KEY (id),
	CONSTRAINT uq_standup_answer_standup_id_user_id_position UNIQUE (standup_id, user_id, position)
);
CREATE TABLE standup_blocker (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	standup_id VARCHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	owner_id VARCHAR(40),
	text TEXT NOT NULL,
	times INTEGER NOT NULL,
	changed BOOLEAN NOT NULL,
	decision_id VARCHAR(32),
	escalation_id VARCHAR(32),
	solved_by VARCHAR(40),
	solved_at DATETIME,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	CONSTRAINT fk_standup_blocker_decision_id_decision FOREIGN KEY(decision_id) REFERENCES decision (id),
	CONSTRAINT fk_standup_blocker_escalation_id_escalation FOREIGN KEY(escalation_id) REFERENCES escalation (id),
	CONSTRAINT fk_standup_blocker_standup_id_standup FOREIGN KEY(standup_id) REFERENCES standup (id),
	CONSTRAINT fk_standup_blocker_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_standup_blocker PRIMARY KEY (id),
	CONSTRAINT uq_standup_blocker_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE standup_member (
	standup_id VARCHAR(32) NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	name VARCHAR(80) NOT NULL,
	zone VARCHAR(64) NOT NULL,
	opens_at DATETIME,
	closes_at DATETIME,
	remind_at DATETIME,
	off VARCHAR(100) NOT NULL,
	CONSTRAINT fk_standup_member_standup_id_standup FOREIGN KEY(standup_id) REFERENCES standup (id),
	CONSTRAINT pk_standup_member PRIMARY KEY (standup_id, user_id)
);
CREATE TABLE standup_question (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	standup_id VARCHAR(32),
	position INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	text VARCHAR(200) NOT NULL,
	CONSTRAINT fk_standup_question_standup_id_standup FOREIGN KEY(standup_id) REFERENCES standup (id),
	CONSTRAINT fk_standup_question_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_standup_question PRIMARY KEY (id)
);
CREATE TABLE survey (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	slot_key VARCHAR(120) NOT NULL,
	number INTEGER NOT NULL,
	kind VARCHAR(16) NOT NULL,
	state VARCHAR(16) NOT NULL,
	minimum INTEGER NOT NULL,
	ones INTEGER NOT NULL,
	twos INTEGER NOT NULL,
	threes INTEGER NOT NULL,
	fours INTEGER NOT NULL,
	fives INTEGER NOT NULL,
	answers INTEGER,
	reminders_left INTEGER NOT NULL,
	opens_at DATETIME NOT NULL,
	closes_at DATETIME NOT NULL,
	due_at DATETIME,
	opened_by VARCHAR(40),
	created_at DATETIME NOT NULL,
	closed_at DATETIME,
	CONSTRAINT fk_survey_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_survey PRIMARY KEY (id),
	CONSTRAINT uq_survey_workspace_id_number UNIQUE (workspace_id, number),
	CONSTRAINT uq_survey_workspace_id_slot_key UNIQUE (workspace_id, slot_key)
);
CREATE TABLE survey_member (
	survey_id VARCHAR(32) NOT NULL,
	user_id VARCHAR(40) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	answered BOOLEAN NOT NULL,
	CONSTRAINT fk_survey_member_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
	CONSTRAINT fk_survey_member_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_survey_member PRIMARY KEY (survey_id, user_id)
);
CREATE TABLE task (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	thread_id VARCHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	requester_id VARCHAR(40) NOT NULL,
	text TEXT NOT NULL,
	title VARCHAR(200) NOT NULL,
	state VARCHAR(24) NOT NULL,
	state_reason TEXT NOT NULL,
	mode VARCHAR(16) NOT NULL,
	model VARCHAR(16) NOT NULL,
	round INTEGER NOT NULL,
	run INTEGER NOT NULL,
	read_ts VARCHAR(32) NOT NULL,
	answer TEXT,
	synthesis JSON,
	extra_budget_micros BIGINT NOT NULL,
	stop_requested_by VARCHAR(40),
	error_id VARCHAR(16),
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	started_at DATETIME,
	ended_at DATETIME,
	resume_at DATETIME,
	give_up_at DATETIME, priority INTEGER DEFAULT '0' NOT NULL, started_run INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT fk_task_thread_id_thread FOREIGN KEY(thread_id) REFERENCES thread (id),
	CONSTRAINT fk_task_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_task PRIMARY KEY (id),
	CONSTRAINT uq_task_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE technology (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(40) NOT NULL,
	"key" VARCHAR(60) NOT NULL,
	name VARCHAR(60) NOT NULL,
	ring VARCHAR(16) NOT NULL,
	moved_at DATETIME NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_technology_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_technology PRIMARY KEY (id),
	CONSTRAINT uq_technology_workspace_id_scope_key UNIQUE (workspace_id, scope, "key")
);
CREATE TABLE technology_move (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	technology_id VARCHAR(32) NOT NULL,
	was VARCHAR(16) NOT NULL,
	ring VARCHAR(16) NOT NULL,
	reason VARCHAR(500) NOT NULL,
	source VARCHAR(40) NOT NULL,
	moved_by VARCHAR(40) NOT NULL,
	moved_at DATETIME NOT NULL,
	CONSTRAINT fk_technology_move_technology_id_technology FOREIGN KEY(technology_id) REFERENCES technology (id),
	CONSTRAINT fk_technology_move_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_technology_move PRIMARY KEY (id)
);
CREATE TABLE thread (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	root_ts VARCHAR(32) NOT NULL,
	mention_only BOOLEAN NOT NULL,
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_thread_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_thread PRIMARY KEY (id),
	CONSTRAINT uq_thread_workspace_id_channel_id_root_ts UNIQUE (workspace_id, channel_id, root_ts)
);
CREATE TABLE tool_call (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	task_id VARCHAR(32) NOT NULL,
	step VARCHAR(120) NOT NULL,
	position INTEGER NOT NULL,
	specialist VARCHAR(80) NOT NULL,
	server VARCHAR(32) NOT NULL,
	tool VARCHAR(120) NOT NULL,
	permission VARCHAR(8) NOT NULL,
	arguments_hash VARCHAR(64) NOT NULL,
	arguments_size INTEGER NOT NULL,
	state VARCHAR(24) NOT NULL,
	attempt INTEGER NOT NULL,
	worker_id VARCHAR(80),
	result TEXT NOT NULL,
	result_size INTEGER NOT NULL,
	seconds DOUBLE NOT NULL,
	ask_until DATETIME,
	answered_by VARCHAR(40),
	created_at DATETIME NOT NULL,
	started_at DATETIME,
	ended_at DATETIME,
	CONSTRAINT fk_tool_call_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_tool_call_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_tool_call PRIMARY KEY (id),
	CONSTRAINT uq_tool_call_task_id_step_position UNIQUE (task_id, step, position)
);
CREATE TABLE "tool_server" (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	name VARCHAR(32) NOT NULL,
	command JSON,
	env JSON NOT NULL,
	url VARCHAR(500) NOT NULL,
	token TEXT NOT NULL,
	private BOOLEAN NOT NULL,
	permissions JSON NOT NULL,
	tools JSON NOT NULL,
	problem TEXT NOT NULL,
	seen_at DATETIME,
	check_at DATETIME NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	updated_at DATETIME NOT NULL,
	pins JSON NOT NULL,
	permitted_by VARCHAR(40) NOT NULL,
	CONSTRAINT fk_tool_server_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_tool_server PRIMARY KEY (id),
	CONSTRAINT uq_tool_server_workspace_id_name UNIQUE (workspace_id, name)
);
CREATE TABLE waiver (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	scope VARCHAR(40) NOT NULL,
	repository VARCHAR(140) NOT NULL,
	service VARCHAR(60) NOT NULL,
	number INTEGER NOT NULL,
	check_name VARCHAR(24) NOT NULL,
	owner_id VARCHAR(40) NOT NULL,
	reason TEXT NOT NULL,
	until DATE NOT NULL,
	created_by VARCHAR(40) NOT NULL,
	created_at DATETIME NOT NULL,
	ended_by VARCHAR(40),
	ended_at DATETIME,
	CONSTRAINT fk_waiver_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_waiver PRIMARY KEY (id),
	CONSTRAINT uq_waiver_workspace_id_number UNIQUE (workspace_id, number)
);
CREATE TABLE work_item (
	kind VARCHAR(16) NOT NULL,
	state VARCHAR(8) NOT NULL,
	escaped BOOLEAN NOT NULL,
	points DOUBLE,
	opened_at DATETIME,
	started_at DATETIME,
	done_at DATETIME,
	workspace_id VARCHAR(40) NOT NULL,
	source VARCHAR(16) NOT NULL,
	"key" VARCHAR(160) NOT NULL,
	version VARCHAR(48) NOT NULL,
	origin VARCHAR(140) NOT NULL,
	CONSTRAINT fk_work_item_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_work_item PRIMARY KEY (workspace_id, source, "key")
);
CREATE TABLE worker (
	id VARCHAR(80) NOT NULL,
	kind VARCHAR(16) NOT NULL,
	host VARCHAR(200) NOT NULL,
	pid INTEGER NOT NULL,
	version VARCHAR(40) NOT NULL,
	started_at DATETIME NOT NULL,
	seen_at DATETIME NOT NULL,
	stopped_at DATETIME,
	running INTEGER NOT NULL,
	took_over INTEGER NOT NULL,
	CONSTRAINT pk_worker PRIMARY KEY (id)
);
CREATE TABLE workflow_run (
	name VARCHAR(100) NOT NULL,
	branch VARCHAR(100) NOT NULL,
	"commit" VARCHAR(64) NOT NULL,
	attempt INTEGER NOT NULL,
	state VARCHAR(16) NOT NULL,
	started_at DATETIME,
	ended_at DATETIME,
	workspace_id VARCHAR(40) NOT NULL,
	source VARCHAR(16) NOT NULL,
	"key" VARCHAR(160) NOT NULL,
	version VARCHAR(48) NOT NULL,
	origin VARCHAR(140) NOT NULL,
	CONSTRAINT fk_workflow_run_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_workflow_run PRIMARY KEY (workspace_id, source, "key")
);
CREATE TABLE workspace (
	id VARCHAR(40) NOT NULL,
	name VARCHAR(200) NOT NULL,
	last_task_number INTEGER NOT NULL,
	last_decision_number INTEGER NOT NULL,
	created_at DATETIME NOT NULL, last_escalation_number INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT pk_workspace PRIMARY KEY (id)
);
CREATE TABLE worktree (
	id VARCHAR(32) NOT NULL,
	workspace_id VARCHAR(40) NOT NULL,
	channel_id VARCHAR(40) NOT NULL,
	task_id VARCHAR(32) NOT NULL,
	round INTEGER NOT NULL,
	repository VARCHAR(40) NOT NULL,
	base VARCHAR(64) NOT NULL,
	state VARCHAR(24) NOT NULL,
	approved_by VARCHAR(40) NOT NULL,
	patch BLOB,
	files INTEGER NOT NULL,
	added INTEGER NOT NULL,
	removed INTEGER NOT NULL,
	branch VARCHAR(80) NOT NULL,
	branch_at DATETIME,
	tries INTEGER NOT NULL,
	problem TEXT NOT NULL,
	opened_at DATETIME NOT NULL,
	closed_at DATETIME,
	CONSTRAINT fk_worktree_task_id_task FOREIGN KEY(task_id) REFERENCES task (id),
	CONSTRAINT fk_worktree_workspace_id_workspace FOREIGN KEY(workspace_id) REFERENCES workspace (id),
	CONSTRAINT pk_worktree PRIMARY KEY (id),
	CONSTRAINT uq_worktree_task_id_round_repository UNIQUE (task_id, round, repository)
);
CREATE INDEX ix_architecture_review_due_at ON architecture_review (due_at);
CREATE INDEX ix_architecture_review_thread_id ON architecture_review (thread_id);
CREATE INDEX ix_architecture_review_workspace_id_channel_id ON architecture_review (workspace_id, channel_id);
CREATE INDEX ix_assessment_workspace_id_channel_id ON assessment (workspace_id, channel_id);
CREATE INDEX ix_assignment_specialist_state ON assignment (specialist, state);
CREATE INDEX ix_assignment_task_id ON assignment (task_id);
CREATE INDEX ix_assignment_workspace_id_ended_at ON assignment (workspace_id, ended_at);
CREATE INDEX ix_attachment_thread_id_state ON attachment (thread_id, state);
CREATE INDEX ix_audit_workspace_id ON audit (workspace_id);
CREATE INDEX ix_away_workspace_id_last_day ON away (workspace_id, last_day);
CREATE INDEX ix_branch_start_first_commit_at ON branch_start (first_commit_at);
CREATE INDEX ix_branch_start_head ON branch_start (workspace_id, source, head, first_commit_at);
CREATE INDEX ix_conflict_note_workspace_id_state ON conflict_note (workspace_id, state);
CREATE INDEX ix_conflict_workspace_id_state ON "conflict" (workspace_id, state);
CREATE INDEX ix_debt_workspace_id_state ON debt (workspace_id, state);
CREATE INDEX ix_decision_due_told_at_due_at ON decision_due (told_at, due_at);
CREATE INDEX ix_decision_export_next_try_at ON decision_export (next_try_at);
CREATE INDEX ix_decision_link_target_id ON decision_link (target_id);
CREATE INDEX ix_decision_service_workspace_id_name ON decision_service (workspace_id, name);
CREATE INDEX ix_decision_specialist_workspace_id_name ON decision_specialist (workspace_id, name);
CREATE INDEX ix_decision_task_id ON decision (task_id);
CREATE INDEX ix_decision_workspace_id_decided_at ON decision (workspace_id, decided_at);
CREATE INDEX ix_decision_workspace_id_state ON decision (workspace_id, state);
CREATE INDEX ix_deployment_origin ON deployment (workspace_id, source, origin, succeeded_at);
CREATE INDEX ix_deployment_workspace_id_failed_at ON deployment (workspace_id, failed_at);
CREATE INDEX ix_deployment_workspace_id_succeeded_at ON deployment (workspace_id, succeeded_at);
CREATE INDEX ix_embedding_workspace_id_made_by_id ON embedding (workspace_id, made_by, id);
CREATE INDEX ix_escalation_due_at ON escalation (due_at);
CREATE INDEX ix_escalation_event_at ON escalation_event (at);
CREATE INDEX ix_escalation_task_id ON escalation (task_id);
CREATE INDEX ix_escalation_workspace_id_state ON escalation (workspace_id, state);
CREATE INDEX ix_feedback_workspace_id ON feedback (workspace_id);
CREATE INDEX ix_forgetting_due_at ON forgetting (due_at);
CREATE INDEX ix_hand_off_remind_at ON hand_off (remind_at);
CREATE INDEX ix_hand_off_workspace_id_due_at ON hand_off (workspace_id, due_at);
CREATE INDEX ix_hand_off_workspace_id_ended_at ON hand_off (workspace_id, ended_at);
CREATE INDEX ix_hand_off_workspace_id_state ON hand_off (workspace_id, state);
CREATE INDEX ix_incident_fact_workspace_id_detected_at ON incident_fact (workspace_id, detected_at);
CREATE INDEX ix_incident_fact_workspace_id_resolved_at ON incident_fact (workspace_id, resolved_at);
CREATE INDEX ix_installation_removed_at ON installation (removed_at);
CREATE INDEX ix_learning_item_remind_at ON learning_item (remind_at);
CREATE INDEX ix_learning_item_workspace_id_channel_id ON learning_item (workspace_id, channel_id);
CREATE INDEX ix_learning_item_workspace_id_ended_at ON learning_item (workspace_id, ended_at);
CREATE INDEX ix_matrix_score_matrix_id ON matrix_score (matrix_id);
CREATE INDEX ix_matrix_thread_id ON matrix (thread_id);
CREATE INDEX ix_mcp_token_digest ON mcp_token (digest);
CREATE INDEX ix_mcp_token_workspace_id_name ON mcp_token (workspace_id, name);
CREATE INDEX ix_measurement_service_name_at ON measurement (workspace_id, service, name, at);
CREATE INDEX ix_measurement_workspace_id_name_at ON measurement (workspace_id, name, at);
CREATE INDEX ix_memory_entity_thread_id ON memory_entity (thread_id);
CREATE INDEX ix_memory_entity_workspace_id_key ON memory_entity (workspace_id, "key");
CREATE INDEX ix_memory_entity_workspace_id_kind_updated_at ON memory_entity (workspace_id, kind, updated_at);
CREATE INDEX ix_memory_entity_workspace_id_ref ON memory_entity (workspace_id, ref);
CREATE INDEX ix_memory_observation_entity_id_superseded_at ON memory_observation (entity_id, superseded_at);
CREATE INDEX ix_memory_observation_thread_id ON memory_observation (thread_id);
CREATE INDEX ix_memory_relation_target_id ON memory_relation (target_id);
CREATE INDEX ix_message_thread_id_ts ON message (thread_id, ts);
CREATE INDEX ix_model_call_channel_id_started_at ON model_call (channel_id, started_at);
CREATE INDEX ix_model_call_money ON model_call (workspace_id, started_at, channel_id, state, reserved_micros, cost_micros);
CREATE INDEX ix_oauth_state_expires_at ON oauth_state (expires_at);
CREATE INDEX ix_outbox_dead ON outbox (workspace_id, channel_id) WHERE state = 'dead';
CREATE INDEX ix_outbox_task_id ON outbox (task_id);
CREATE INDEX ix_outbox_waiting ON outbox (lane, id, state) WHERE state IN ('pending', 'sending');
CREATE INDEX ix_performance_measurement_target_id ON performance_measurement (target_id);
CREATE INDEX ix_performance_target_workspace_id_state ON performance_target (workspace_id, state);
CREATE INDEX ix_pull_request_origin ON pull_request (workspace_id, source, origin, merged_at);
CREATE INDEX ix_pull_request_workspace_id_first_review_at ON pull_request (workspace_id, first_review_at);
CREATE INDEX ix_pull_request_workspace_id_opened_at ON pull_request (workspace_id, opened_at);
CREATE INDEX ix_quality_gate_main ON quality_gate (workspace_id, scope, repository, service, is_main, at);
CREATE INDEX ix_quality_gate_of ON quality_gate (workspace_id, service, repository, at);
CREATE INDEX ix_quality_gate_workspace_id_at ON quality_gate (workspace_id, at);
CREATE INDEX ix_receipt_received_at ON receipt (received_at);
CREATE INDEX ix_retro_action_remind_at ON retro_action (remind_at);
CREATE INDEX ix_retro_action_workspace_id_channel_id ON retro_action (workspace_id, channel_id);
CREATE INDEX ix_retro_action_workspace_id_ended_at ON retro_action (workspace_id, ended_at);
CREATE INDEX ix_retro_card_retrospective_id ON retro_card (retrospective_id);
CREATE INDEX ix_retro_group_retrospective_id ON retro_group (retrospective_id);
CREATE INDEX ix_retro_lesson_retrospective_id ON retro_lesson (retrospective_id);
CREATE INDEX ix_retro_lesson_workspace_id_channel_id ON retro_lesson (workspace_id, channel_id);
CREATE INDEX ix_retro_lesson_workspace_id_created_at ON retro_lesson (workspace_id, created_at);
CREATE INDEX ix_retrospective_due_at ON retrospective (due_at);
CREATE INDEX ix_retrospective_workspace_id_channel_id ON retrospective (workspace_id, channel_id);
CREATE INDEX ix_schedule_next_slot_at ON schedule (next_slot_at);
CREATE INDEX ix_schedule_workspace_id_channel_id ON schedule (workspace_id, channel_id);
CREATE INDEX ix_service_dependency_needs_id ON service_dependency (needs_id);
CREATE INDEX ix_service_dependency_service_id ON service_dependency (service_id);
CREATE INDEX ix_sprint_due_at ON sprint (due_at);
CREATE INDEX ix_sprint_item_workspace_id_state ON sprint_item (workspace_id, state);
CREATE INDEX ix_sprint_vote_sprint_id ON sprint_vote (sprint_id);
CREATE INDEX ix_sprint_workspace_id_channel_id ON sprint (workspace_id, channel_id);
CREATE INDEX ix_sprint_workspace_id_ended_at ON sprint (workspace_id, ended_at);
CREATE INDEX ix_standup_blocker_standup_id ON standup_blocker (standup_id);
CREATE INDEX ix_standup_blocker_workspace_id_channel_id ON standup_blocker (workspace_id, channel_id);
CREATE INDEX ix_standup_due_at ON standup (due_at);
CREATE INDEX ix_standup_question_standup_id ON standup_question (standup_id);
CREATE INDEX ix_standup_question_workspace_id_channel_id ON standup_question (workspace_id, channel_id);
CREATE INDEX ix_standup_workspace_id_channel_id ON standup (workspace_id, channel_id);
CREATE INDEX ix_survey_due_at ON survey (due_at);
CREATE INDEX ix_survey_workspace_id_channel_id ON survey (workspace_id, channel_id);
CREATE INDEX ix_survey_workspace_id_closed_at ON survey (workspace_id, closed_at);
CREATE INDEX ix_task_resume_at ON task (resume_at);
CREATE INDEX ix_task_state_started_run ON task (state, started_run);
CREATE INDEX ix_task_thread_id ON task (thread_id);
CREATE INDEX ix_task_workspace_id_channel_id_created_at ON task (workspace_id, channel_id, created_at);
CREATE INDEX ix_task_workspace_id_created_at ON task (workspace_id, created_at);
CREATE INDEX ix_task_workspace_id_ended_at ON task (workspace_id, ended_at);
CREATE INDEX ix_task_workspace_id_requester_id_created_at ON task (workspace_id, requester_id, created_at);
CREATE INDEX ix_task_workspace_id_state ON task (workspace_id, state);
CREATE INDEX ix_technology_move_technology_id ON technology_move (technology_id);
CREATE INDEX ix_technology_move_workspace_id_moved_at ON technology_move (workspace_id, moved_at);
CREATE INDEX ix_tool_call_workspace_id_created_at ON tool_call (workspace_id, created_at);
CREATE INDEX ix_tool_server_check_at ON tool_server (check_at);
CREATE INDEX ix_waiver_of ON waiver (workspace_id, service, repository);
CREATE INDEX ix_work_item_workspace_id_done_at ON work_item (workspace_id, done_at);
CREATE INDEX ix_work_item_workspace_id_opened_at ON work_item (workspace_id, opened_at);
CREATE INDEX ix_workflow_run_commit ON workflow_run (workspace_id, source, origin, "commit");
CREATE INDEX ix_workflow_run_workspace_id_ended_at ON workflow_run (workspace_id, ended_at);
CREATE INDEX ix_worktree_branch_at ON worktree (branch_at);
CREATE INDEX ix_worktree_state ON worktree (state);
CREATE UNIQUE INDEX uq_forgetting_open ON forgetting (workspace_id, subject, subject_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX uq_measurement_workspace_id_digest ON measurement (workspace_id, digest);
CREATE TRIGGER audit_keeps_its_entries BEFORE DELETE ON audit
    WHEN NOT EXISTS (SELECT 1 FROM audit_removal WHERE OLD.at < audit_removal.before)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_keeps_its_words BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER embedding_renamed AFTER UPDATE OF name ON memory_entity
    WHEN new.name <> old.name
    BEGIN
      DELETE FROM embedding
      WHERE observation_id IN (SELECT id FROM memory_observation WHERE entity_id = new.id);
    END;
CREATE TRIGGER embedding_said AFTER UPDATE OF text, superseded_at ON memory_observation
    BEGIN DELETE FROM embedding WHERE observation_id = new.id; END;
CREATE TRIGGER memory_entity_added AFTER INSERT ON memory_entity
    BEGIN INSERT INTO memory_text (rowid, name, body) VALUES (new.id, new.name, ''); END;
CREATE TRIGGER memory_entity_gone AFTER DELETE ON memory_entity
    BEGIN DELETE FROM memory_text WHERE rowid = old.id; END;
CREATE TRIGGER memory_entity_renamed AFTER UPDATE OF name ON memory_entity
    BEGIN UPDATE memory_text SET name = new.name WHERE rowid = new.id; END;
CREATE TRIGGER memory_observation_added AFTER INSERT ON memory_observation
    BEGIN
      UPDATE memory_text SET body = coalesce((SELECT group_concat(text, ' ') FROM (
    SELECT text FROM memory_observation
    WHERE entity_id = new.entity_id AND superseded_at IS NULL ORDER BY id DESC LIMIT 200
)), '')
      WHERE rowid = new.entity_id;
    END;
CREATE TRIGGER memory_observation_changed AFTER UPDATE OF text, superseded_at ON memory_observation
    BEGIN
      UPDATE memory_text SET body = coalesce((SELECT group_concat(text, ' ') FROM (
    SELECT text FROM memory_observation
    WHERE entity_id = new.entity_id AND superseded_at IS NULL ORDER BY id DESC LIMIT 200
)), '')
      WHERE rowid = new.entity_id;
    END;
CREATE TRIGGER memory_observation_gone AFTER DELETE ON memory_observation
    BEGIN
      UPDATE memory_text SET body = coalesce((SELECT group_concat(text, ' ') FROM (
    SELECT text FROM memory_observation
    WHERE entity_id = old.entity_id AND superseded_at IS NULL ORDER BY id DESC LIMIT 200
)), '')
      WHERE rowid = old.entity_id;
    END;
INSERT INTO alembic_version VALUES ('0030');
