{{/* The pod of one role; every role runs the same image and differs by a handful of variables. */}}
{{- define "leadwire.pod" -}}
{{- $root := .root -}}
{{- $v := $root.Values -}}
{{- $role := .role -}}
{{- $hasDoors := ne $role "worker" -}}
metadata:
  labels:
    {{- include "leadwire.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $role }}
    {{- with $v.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A changed policy starts new pods: a running service never takes one up.
    checksum/policy: {{ $v.policy | toJson | sha256sum }}
    {{- with $v.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "leadwire.serviceAccount" $root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ add $v.drainSeconds $v.preStopSeconds 10 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- with $v.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $v.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $v.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if ne $role "evaluation" }}
  topologySpreadConstraints:
    {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "leadwire.selector" (dict "root" $root "role" $role) | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
  containers:
    - name: leadwire
      image: {{ include "leadwire.image" $root | quote }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args: [serve]
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      env:
        {{- include "leadwire.environment" . | nindent 8 }}
      ports:
        - { name: http, containerPort: 3000 }
        {{- if $hasDoors }}
        - { name: mllp, containerPort: 2575 }
        {{- end }}
      startupProbe:
        # As a command, because its words stand in the pod's events: which model is wrong, and why.
        # It starts a Node of its own, which takes long where all pods of a node start at once.
        exec: { command: [node, bin/probe.js, started] }
        periodSeconds: 3
        timeoutSeconds: 20
        failureThreshold: 60
      livenessProbe:
        # Asks only whether the process turns: Redis, the database and the EHR are not its business.
        httpGet: { path: /health/live, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /health/ready, port: http }
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      # What a process says before it ends by itself, such as a setting that cannot be used, stands in
      # the status of its pod.
      terminationMessagePolicy: FallbackToLogsOnError
      lifecycle:
        preStop:
          exec: { command: [sleep, {{ $v.preStopSeconds | quote }}] }
      resources:
        {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        - { name: tmp, mountPath: /tmp }
        {{- include "leadwire.mounts" . | nindent 8 }}
  volumes:
    - name: tmp
      emptyDir: { sizeLimit: {{ $v.temporaryStorage }} }
    {{- include "leadwire.volumes" . | nindent 4 }}
{{- end }}

{{- define "leadwire.environment" -}}
{{- $v := .root.Values -}}
- { name: LEADWIRE_ROLE, value: {{ eq .role "evaluation" | ternary "all" .role }} }
- { name: LEADWIRE_DATA_DIR, value: /data }
- { name: LEADWIRE_HTTP_HOST, value: 0.0.0.0 }
- { name: LEADWIRE_HTTP_PORT, value: '3000' }
- { name: LEADWIRE_MLLP_HOST, value: 0.0.0.0 }
- { name: LEADWIRE_MLLP_PORT, value: '2575' }
- { name: LEADWIRE_DRAIN_SECONDS_MAX, value: {{ $v.drainSeconds | quote }} }
{{- if ne .role "evaluation" }}
- { name: LEADWIRE_DATABASE_URL_FILE, value: /run/leadwire/database/url }
{{- end }}
{{- if $v.queue.secret }}
- { name: LEADWIRE_QUEUE_URL_FILE, value: /run/leadwire/queue/url }
{{- end }}
{{- if $v.models.existingClaim }}
- { name: LEADWIRE_MODELS_DIR, value: /models }
{{- end }}
{{- if $v.policy }}
- { name: LEADWIRE_POLICY_FILE, value: /etc/leadwire/policy/policy.json }
{{- end }}
{{- range $name, $value := $v.settings }}
- { name: {{ include "leadwire.variable" $name }}, value: {{ include "leadwire.text" $value | quote }} }
{{- end }}
{{- range $name, $from := $v.secrets }}
- { name: {{ include "leadwire.variable" $name }}_FILE, value: /run/leadwire/secrets/{{ $name }}/value }
{{- end }}
{{- range $name, $from := $v.files }}
- { name: {{ include "leadwire.variable" $name }}, value: /run/leadwire/files/{{ $name }}/value }
{{- end }}
# Three fifths of the memory for the heap; the networks and their buffers live beside it.
- { name: NODE_OPTIONS, value: '--max-old-space-size={{ div (mul (include "leadwire.mebibytes" .resources.limits.memory | int) 3) 5 }}' }
{{- end }}

{{- define "leadwire.mounts" -}}
{{- $v := .root.Values -}}
{{- if eq .role "evaluation" }}
- { name: data, mountPath: /data }
{{- else }}
- { name: database, mountPath: /run/leadwire/database, readOnly: true }
{{- end }}
{{- if $v.queue.secret }}
- { name: queue, mountPath: /run/leadwire/queue, readOnly: true }
{{- end }}
{{- if $v.models.existingClaim }}
- { name: models, mountPath: /models, readOnly: true }
{{- end }}
{{- if $v.policy }}
- { name: policy, mountPath: /etc/leadwire/policy, readOnly: true }
{{- end }}
{{- range $name, $from := $v.secrets }}
- { name: secret-{{ $name | kebabcase }}, mountPath: /run/leadwire/secrets/{{ $name }}, readOnly: true }
{{- end }}
{{- range $name, $from := $v.files }}
- { name: file-{{ $name | kebabcase }}, mountPath: /run/leadwire/files/{{ $name }}, readOnly: true }
{{- end }}
{{- end }}

{{- define "leadwire.volumes" -}}
{{- $v := .root.Values -}}
{{- if ne .role "evaluation" }}
- name: database
  secret: { secretName: {{ $v.database.secret }}, defaultMode: 0440, items: [{ key: {{ $v.database.key }}, path: url }] }
{{- end }}
{{- if $v.queue.secret }}
- name: queue
  secret: { secretName: {{ $v.queue.secret }}, defaultMode: 0440, items: [{ key: {{ $v.queue.key }}, path: url }] }
{{- end }}
{{- if $v.models.existingClaim }}
- name: models
  persistentVolumeClaim: { claimName: {{ $v.models.existingClaim }}, readOnly: true }
{{- end }}
{{- if $v.policy }}
- name: policy
  configMap: { name: {{ include "leadwire.name" .root }}-policy }
{{- end }}
{{- range $name, $from := $v.secrets }}
- name: secret-{{ $name | kebabcase }}
  secret: { secretName: {{ $from.secret }}, defaultMode: 0440, items: [{ key: {{ $from.key }}, path: value }] }
{{- end }}
{{- range $name, $from := $v.files }}
- name: file-{{ $name | kebabcase }}
  {{- if $from.secret }}
  secret: { secretName: {{ $from.secret }}, defaultMode: 0440, items: [{ key: {{ $from.key }}, path: value }] }
  {{- else }}
  configMap: { name: {{ $from.configMap }}, items: [{ key: {{ $from.key }}, path: value }] }
  {{- end }}
{{- end }}
{{- end }}
