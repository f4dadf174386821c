import type { Device } from '@medplum/fhirtypes';
import type { Assessment } from '../../core/decision/assessment.js';
import { tokenQuery } from '../../wire/fhir/reference.js';
import type { TransactionEntry } from '../../wire/fhir/resource.js';
import { aiDeviceType, profileOf, SYSTEMS } from './codes.js';
import type { ResultForm } from './form.js';
import { DEVICE_URN } from './urns.js';

/** The networks that answered, as one device: its number changes with any of their weights. */
export function deviceEntry(assessment: Assessment, form: ResultForm): TransactionEntry {
  return {
    fullUrl: DEVICE_URN,
    resource: toDevice(assessment, form),
    ifNoneExist: tokenQuery('identifier', SYSTEMS.modelSet, assessment.modelSet),
  };
}

export function toDevice({ modelSet, findings }: Assessment, form: ResultForm): Device {
  const versions = new Map(findings.map((one) => [one.modelId, one.modelVersion]));
  return {
    resourceType: 'Device',
    ...(form.profiles ? { meta: { profile: [profileOf('device')] } } : {}),
    identifier: [{ system: SYSTEMS.modelSet, value: modelSet }],
    status: 'active',
    deviceName: [{ name: 'Leadwire', type: 'user-friendly-name' }],
    modelNumber: modelSet,
    type: aiDeviceType(),
    ...(versions.size === 0
      ? {}
      : {
          version: [...versions].map(([model, value]) => ({
            component: { system: SYSTEMS.model, value: model },
            value,
          })),
        }),
  };
}
